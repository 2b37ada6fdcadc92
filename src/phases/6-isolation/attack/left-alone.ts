import { type Config, pagesIn } from '../../../core/config.js'
import { isPublic } from '../../../express/public-route.js'
import { classifier } from '../../2-hardening/routes.js'

/** Why no request is made up for a route, by the configuration; null: one is. */
export function leftAlone(config: Config): (method: string, path: string) => string | null {
  const { classify } = classifier(config.routes)
  const open = isPublic(config)
  const legacy = new Set(
    Object.entries(config.routes.legacy).flatMap(([pattern, answer]) =>
      answer === 'protect' ? [] : [pattern, ...(pattern.startsWith('/') ? [`GET ${pattern}`] : [])],
    ),
  )
  const pages = new Set(pagesIn(config))
  const below = (path: string, mount: string) => path === mount || path.startsWith(`${mount}/`)
  return (method, path) => {
    const of = classify(method, path)
    if (of === 'debug') return 'a debug route: off unless its variable turns it on'
    if (of === 'ops')
      return 'an internal route: for administrators alone, and off unless its variable turns it on'
    if (open({ method, url: path } as Parameters<typeof open>[0]))
      return 'open to everybody by the configuration'
    if (legacy.has(`${method} ${path}`))
      return 'a legacy route: the configuration answers for it from phase 7'
    if (below(path, config.auth.mount) || below(path, config.auth.pages))
      return 'a route of the toolkit: the gate of phase 4 attacks it'
    if (method === 'GET' && pages.has(path)) return 'a page of the client: the same for everybody'
    return null
  }
}
