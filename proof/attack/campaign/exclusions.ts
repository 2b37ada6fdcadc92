import { type Config, pagesIn } from '../../../src/config/config.js'
import { isPublic } from '../../../src/express/public-route.js'
import { classifier } from '../../../src/phases/2-hardening/routes.js'
import { retiredAs, retiredRoutes } from '../../../src/phases/7-legacy/answers.js'
import { isOfApp, libraryBelow } from '../../gate/app/of-app.js'
import { takesLinks } from '../../gate/people/without-login.js'

/** The reason in the configuration for which a route needs no control of the owner. */
export interface Exclusion {
  why: string
  /**
   * `off`: every caller is refused; `retired`: every caller is refused from phase 7 on; `open`: it is
   * requested like any other, and may show no user's rows; `toolkit`: a route of usertwo, or of the app's
   * own login
   */
  kind: 'off' | 'retired' | 'open' | 'toolkit'
}

/** The dial at which every route of usertwo is there. */
const LAST = 8

/** Null: the configuration says nothing, and the route is attacked. */
export function exclusionOf(config: Config): (method: string, path: string) => Exclusion | null {
  const { classify } = classifier(config)
  const open = isPublic(config)
  const retired = retiredRoutes(config).filter(({ answer }) => answer !== 'protect')
  const pages = new Set(pagesIn(config))
  const ofApp = isOfApp(config, LAST)
  const isForLinks = takesLinks(config)
  return (method, path) => {
    const of = classify(method, path)
    if (of === 'debug') return { kind: 'off', why: 'a debug route: off unless its variable turns it on' }
    if (of === 'ops')
      return {
        kind: 'off',
        why: 'an internal route: for administrators only, and off unless its variable turns it on',
      }
    if (open({ method, url: path })) return { kind: 'open', why: 'public by the configuration' }
    if (retiredAs(retired, { method, path }) !== undefined)
      return { kind: 'retired', why: 'a legacy route: the configuration answers for it from phase 7' }
    if (!ofApp({ method, path }))
      return { kind: 'toolkit', why: 'a route of the login: the gate of phase 4 attacks it' }
    if (isForLinks(method, path))
      return { kind: 'open', why: 'a secret opens it: isolation.links tries that' }
    if (libraryBelow(config, path))
      return {
        kind: 'toolkit',
        why: 'the routes of a login library: the gate of phase 4 logs in by them, and recorded requests are attacked',
      }
    if (method === 'GET' && pages.has(path))
      return { kind: 'open', why: 'a page of the client: the same for all users' }
    return null
  }
}
