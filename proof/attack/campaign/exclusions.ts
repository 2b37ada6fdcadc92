import { type Config, pagesIn } from '../../../src/config/config.js'
import { isAtOrBelow } from '../../../src/express/path.js'
import { isPublic } from '../../../src/express/public-route.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { retiredAs, retiredRoutes } from '../../../src/phases/7-legacy/answers.js'

/** Why a route needs no control of the owner's, by the configuration. */
export interface Exclusion {
  why: string
  /**
   * `off`: nobody gets anything but a refusal; `retired`: nor do they from phase 7; `open`: it is asked like
   * any other, and may show nothing of anybody's; `toolkit`: not the app's
   */
  kind: 'off' | 'retired' | 'open' | 'toolkit'
}

/** Null: the configuration says nothing, and the route is attacked. */
export function exclusionOf(config: Config): (method: string, path: string) => Exclusion | null {
  const { classify } = classifier(config)
  const open = isPublic(config)
  const retired = retiredRoutes(config).filter(({ answer }) => answer !== 'protect')
  const pages = new Set(pagesIn(config))
  return (method, path) => {
    const of = classify(method, path)
    if (of === 'debug') return { kind: 'off', why: 'a debug route: off unless its variable turns it on' }
    if (of === 'ops')
      return {
        kind: 'off',
        why: 'an internal route: for administrators alone, and off unless its variable turns it on',
      }
    if (open({ method, url: path })) return { kind: 'open', why: 'open to everybody by the configuration' }
    if (retiredAs(retired, { method, path }) !== undefined)
      return { kind: 'retired', why: 'a legacy route: the configuration answers for it from phase 7' }
    if (isAtOrBelow(path, config.auth.mount) || isAtOrBelow(path, config.auth.pages))
      return { kind: 'toolkit', why: 'a route of the toolkit: the gate of phase 4 attacks it' }
    if (method === 'GET' && pages.has(path))
      return { kind: 'open', why: 'a page of the client: the same for everybody' }
    return null
  }
}
