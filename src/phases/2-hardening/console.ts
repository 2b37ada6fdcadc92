import { whenClosed } from '../../express/closed.js'
import type { Handler } from '../../express/handler.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { hasBody, secretsOfBody, secretsOfHead } from './requests/secrets-of.js'

/**
 * The secrets each request carries are masked by value, in all that the process prints, while it is served. As it came:
 * the login is taken out of it before the app is asked.
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
