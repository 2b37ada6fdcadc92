import { whenClosed } from '../../express/closed.js'
import type { Handler, Incoming } from '../../express/handler.js'
import { type Found, secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { hasBody, secretsOfBody, secretsOfHead } from './secrets-of.js'

/** The secrets each request carries are masked by value, in all that the process prints, while it is served. */
export function maskSecretsInFlight(): Handler {
  return function watchSecrets(req, res, next) {
    const releaseHead = secretsInFlight.watch(secretsIn(req))
    const releaseBody = hasBody(req) ? secretsInFlight.watch(() => secretsOfBody(req)) : undefined
    whenClosed(res, () => {
      releaseHead()
      releaseBody?.(secretsOfBody(req))
    })
    next()
  }
}

/**
 * As it came: the login is taken out of it before the app is asked. A function of its own, as what it is given is held
 * on to for a while after the answer: the request, in whose scope it would stand else, is not.
 */
function secretsIn({ url, rawHeaders }: Incoming): () => Found {
  const head = { url, headers: rawHeaders.slice() }
  return () => secretsOfHead(head)
}
