import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { matched, readMatched } from '../../../express/matched.js'
import { readPath } from '../../../express/path.js'
import { type Pattern, patternsAt, patternsOf } from '../../../express/pattern.js'
import { isPublic } from '../../../express/public-route.js'
import { isOnlyUnder } from '../mount.js'
import { sendForbidden } from './forbidden.js'
import { type Requirement, refusal } from './requirement.js'

interface Rule extends Pattern {
  asked: Requirement
}

/** `routes.require`, as rules. Every rule applies whose pattern is the path or a parent of it. */
function rulesIn(config: Config): Rule[] {
  const asked = Object.values(config.routes.require ?? {})
  return patternsOf(config, 'routes.require').map((pattern, at) => ({ ...pattern, asked: asked[at]! }))
}

/** The scopes that `routes.require` asks for at a path that everybody reads alike; null: it does not say. */
export function scopesAt(config: Config): (method: string, target: string) => (readonly string[])[] | null {
  const rules = rulesIn(config).filter(({ asked }) => asked.scope)
  return (method, target) => {
    const read = readPath(target)
    const said = read.plain ? patternsAt(rules, method, read) : []
    return said.length > 0 ? said.map(({ asked }) => asked.scope!) : null
  }
}

/**
 * Applies `routes.require` to the path as it was sent, in every way it can be read, so it also covers what
 * the app serves without a route. null where nothing is required.
 */
export function requiredAsSent(kit: Kit): Handler | null {
  const rules = rulesIn(kit.config)
  if (rules.length === 0 || !kit.knowsPeople) return null
  const open = isPublic(kit.config)
  const { pages } = kit.config.auth
  return function requiredAsSent(req, res, next) {
    if (isOnlyUnder(req, pages)) return next()
    // A later layer sends an anonymous request to the login page or refuses it. On public paths none does, so
    // this one refuses.
    if (!kit.userOf(req) && !open(req)) return next()
    const problem = problemOf(kit, req, patternsAt(rules, req.method, readPath(targetOf(req))))
    if (problem) sendForbidden(req, res, problem)
    else next()
  }
}

/** Applies the same rules to the route that the app has matched, so that no spelling of a path bypasses them. */
export function requiredAsMatched(kit: Kit): Handler | null {
  const rules = rulesIn(kit.config)
  if (rules.length === 0 || !kit.knowsPeople) return null
  return function requiredAsMatched(req, res, next) {
    const here = matched(req)
    const problem = here && problemOf(kit, req, patternsAt(rules, req.method, readMatched(here)))
    if (problem) sendForbidden(req, res, problem)
    else next()
  }
}

function problemOf(kit: Kit, req: Incoming, rules: readonly Rule[]): Problem | null {
  if (rules.length === 0) return null
  const person = kit.userOf(req)
  // Below phase 6 a request without a login acts as the owner.
  if (!person) return kit.has('isolation') ? new Problem('authentication_required') : null
  for (const { asked } of rules) {
    const problem = refusal(person, asked)
    if (problem) return problem
  }
  return null
}
