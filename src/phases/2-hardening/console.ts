import type { Kit } from '../../core/kit.js'
import { whenClosed } from '../../express/closed.js'
import type { Handler } from '../../express/handler.js'
import { onceLoaded } from '../../express/once-loaded.js'
import { secretsInFlight } from '../../redaction/secrets-in-flight.js'
import { hasBody, secretsOfBody, secretsOfHead } from './requests/secrets-of.js'

/**
 * Masks the secrets of each request by value, in everything the process prints while the request is served.
 * Reads the request as it came, before the login is removed from it for the app.
 */
export function maskSecretsInFlight({ config }: Kit): Handler {
  if (!config.routes.links) return watching()
  return onceLoaded(
    () => import('../../express/without-login/link-route.js'),
    ({ linkSecrets }) => watching(linkSecrets(config)),
  )
}

/** @param inLink what may be the secret of a link in a URL */
function watching(inLink?: (url: string) => string[]): Handler {
  return function watchSecrets(req, res, next) {
    const found = secretsOfHead(req.url, req.rawHeaders)
    // The requests of a page at such an address name it.
    if (inLink) found.secrets.push(...inLink(req.url), ...inLink(req.headers.referer ?? ''))
    const releaseHead = secretsInFlight.hold(found)
    const releaseBody = hasBody(req) ? secretsInFlight.watch(() => secretsOfBody(req)) : undefined
    whenClosed(res, () => {
      releaseHead()
      releaseBody?.(secretsOfBody(req))
    })
    next()
  }
}
