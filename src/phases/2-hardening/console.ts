import { whenClosed } from '../../express/closed.js'
import type { Handler } from '../../express/handler.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { hasBody, secretsOfBody, secretsOfHead } from './requests/secrets-of.js'

/**
 * Masks the secrets of each request by value, in everything the process prints while the request is served.
 * Reads the request as it came, before the login is removed from it for the app.
 */
export function maskSecretsInFlight(): Handler {
  return function watchSecrets(req, res, next) {
    const releaseHead = secretsInFlight.hold(secretsOfHead(req.url, req.rawHeaders))
    const releaseBody = hasBody(req) ? secretsInFlight.watch(() => secretsOfBody(req)) : undefined
    whenClosed(res, () => {
      releaseHead()
      releaseBody?.(secretsOfBody(req))
    })
    next()
  }
}
