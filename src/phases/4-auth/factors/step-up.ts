import type { ServerResponse } from 'node:http'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import { type Handler, type Incoming, type Next, targetOf } from '../../../express/handler.js'
import { matched, readMatched } from '../../../express/matched.js'
import { isNavigation } from '../../../express/navigation.js'
import { readPath } from '../../../express/path.js'
import { type Pattern, patternsAt, patternsOf } from '../../../express/pattern.js'
import { isPublic } from '../../../express/public-route.js'
import { varyBy } from '../../2-hardening/answers/own-headers.js'
import { isOnlyUnder } from '../mount.js'
import { provedWithin } from './factor-proof.js'

interface Rule extends Pattern {
  /** how long a proof counts */
  minutes: number
}

/** The two places of `auth.stepUp`. */
export interface FactorSteps {
  /** Checks the path as it was sent, in every way it can be read, so it also covers what the app serves without a route. */
  asSent: Handler
  /** Checks the route that the app has matched, so that no spelling of a path bypasses the rules. */
  asMatched: Handler
}

function rulesIn(config: Config): Rule[] {
  const minutes = Object.values(config.auth.stepUp ?? {})
  return patternsOf(config, 'auth.stepUp').map((pattern, at) => ({ ...pattern, minutes: minutes[at]! }))
}

/** Requires a recent proof of a second factor on the routes of `auth.stepUp`. The shortest time of the matching rules counts. */
export function factorSteps(kit: Kit): FactorSteps {
  const rules = rulesIn(kit.config)
  const open = isPublic(kit.config)
  const { mount, pages } = kit.config.auth
  const refuse = refusing(kit)
  /** The minutes that a request has passed in front of the app: its route is then not looked up again. */
  const passed = new WeakMap<Incoming, number>()

  const shortest = (due: readonly Rule[]) => Math.min(...due.map(({ minutes }) => minutes))

  async function check(req: Incoming, res: ServerResponse, next: Next, minutes: number): Promise<void> {
    if (!(await provedWithin(kit, req, minutes))) return refuse(req, res, minutes)
    passed.set(req, minutes)
    next()
  }

  return {
    asSent(req, res, next) {
      // There the user proves the factor.
      if (isOnlyUnder(req, pages) || isOnlyUnder(req, mount)) return next()
      const minutes = shortest(patternsAt(rules, req.method, readPath(targetOf(req))))
      if (minutes === Infinity) return next()
      if (kit.userOf(req)) return check(req, res, next, minutes)
      // A later layer sends an anonymous request to the login page or refuses it. On public paths none does.
      if (open(req)) return refuseAnonymous(kit, req, res, next)
      next()
    },
    asMatched(req, res, next) {
      const here = matched(req)
      const minutes = here ? shortest(patternsAt(rules, req.method, readMatched(here))) : Infinity
      if (minutes >= (passed.get(req) ?? Infinity)) return next()
      if (kit.userOf(req)) return check(req, res, next, minutes)
      refuseAnonymous(kit, req, res, next)
    },
  }
}

/** Below phase 6 a request without a login acts as the owner. */
function refuseAnonymous(kit: Kit, req: Incoming, res: ServerResponse, next: Next): void {
  if (kit.has('isolation')) sendProblem(req, res, new Problem('authentication_required'))
  else next()
}

/** A browser that opens a page goes to the page that asks for the factor, and back. */
function refusing(kit: Kit): (req: Incoming, res: ServerResponse, minutes: number) => void {
  const page = kit.has('client') ? `${kit.at.pages}/confirm` : undefined
  return (req, res, minutes) => {
    varyBy(res, 'Cookie')
    if (page && isNavigation(req)) {
      const Location = `${page}?next=${encodeURIComponent(kit.at.root + targetOf(req))}`
      return void res.writeHead(302, { Location, 'Cache-Control': 'no-store' }).end()
    }
    const members = { max_age: minutes * 60, ...(page && { page }) }
    sendProblem(req, res, new Problem('factor_required', undefined, members))
  }
}
