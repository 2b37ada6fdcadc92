import type { RequestHandler } from 'express'
import type { Kit } from '../../core/kit.js'
import { redactConsole } from '../../redaction/console.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { secretsOfBody, secretsOfHead } from './secrets-of.js'

/**
 * Everything the process prints or reports to others goes through the redactor from the moment the app is wrapped,
 * and the secrets each request carries are masked by value while it is served.
 */
export function consoleRedaction(kit: Kit): RequestHandler {
  const release = redactConsole()
  kit.onDispose(async () => release())

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
