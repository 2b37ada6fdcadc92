import type { Handler } from '../../express/handler.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { hasBody, secretsOfBody, secretsOfHead } from './secrets-of.js'

/** The secrets each request carries are masked by value, in all that the process prints, while it is served. */
export function maskSecretsInFlight(): Handler {
  return function watchSecrets(req, res, next) {
    // As it came: the login is taken out of it before the app is asked.
    const head = { url: req.url, headers: req.rawHeaders.slice() }
    const releaseHead = secretsInFlight.watch(() => secretsOfHead(head))
    const releaseBody = hasBody(req) ? secretsInFlight.watch(() => secretsOfBody(req)) : undefined
    res.on('close', () => {
      releaseHead()
      releaseBody?.(secretsOfBody(req))
    })
    next()
  }
}
