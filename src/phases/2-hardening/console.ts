import type { Handler } from '../../express/handler.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { secretsOfBody, secretsOfHead } from './secrets-of.js'

/** The secrets each request carries are masked by value, in all that the process prints, while it is served. */
export function maskSecretsInFlight(): Handler {
  return function holdSecrets(req, res, next) {
    const releaseHead = secretsInFlight.hold(secretsOfHead(req))
    const releaseBody = secretsInFlight.watch(() => secretsOfBody(req))
    res.once('close', () => {
      releaseHead()
      releaseBody()
    })
    next()
  }
}
