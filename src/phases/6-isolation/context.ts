import type { ServerResponse } from 'node:http'
import { ownedIn, sessionTablesIn } from '../../config/config.js'
import { type Acting, actAs, actIn, type LoginOpening, type Person, type UserId } from '../../core/context.js'
import { keepContext } from '../../core/keep-context.js'
import type { Kit } from '../../core/kit.js'
import { userWithoutLogin } from '../../core/person-of.js'
import { requestSlot } from '../../core/slot.js'
import { rememberedOf } from '../../express/forgotten.js'
import type { Handler, Incoming } from '../../express/handler.js'
import { isSwitch } from '../../express/server-events.js'
import { forbidding, type Refused } from './requests/forbidden.js'
import type { ForbiddenPage } from './requests/forbidden-page.js'

/**
 * Runs the rest of the request, and everything it starts, on behalf of the logged-in user, of the user whose data a
 * request without a login works on, or without a user. The same
 * applies to the events of the request and its answer, which Node otherwise emits later on behalf of the connection: a
 * client that leaves a stream would otherwise close the answer without a user.
 */
export function context(kit: Kit): Handler {
  const actingFor = actingOf(kit)
  const hasSessions = sessionTablesIn(kit.config).length > 0
  return function context(req, res, next) {
    let who = known.get(req)
    if (who === undefined) {
      const person = actingFor(req, res)
      who = hasSessions ? withSession(person, req) : person
      known.set(req, who)
      return enter(who, req, () => {
        if (isSwitch(req)) keepContext(req)
        else keepContext(req, res)
        next()
      })
    }
    actAs(who, next)
  }
}

/** Lets a request, an anonymous one too, reach the row of its session. */
function withSession(person: ForPerson | ForData | null, req: Incoming): Acting {
  const opening: LoginOpening = { users: 'closed', sessionId: () => sessionIdOf(req) }
  return person ? Object.assign(person, { opening }) : { kind: 'anonymous', opening }
}

/** As express-session has it: what the cookie said, and after `regenerate` the new one. */
export function sessionIdOf(req: object): string | null {
  const { sessionID } = req as { sessionID?: unknown }
  return typeof sessionID === 'string' ? sessionID : null
}

/** Makes what the code of a request acts as; null: the request is anonymous. */
export function actingOf(kit: Kit): (req: Incoming, res: ServerResponse) => ForPerson | ForData | null {
  // Only these can be refused by the database as another user's: rows that other users may read, and values of a unique.
  const refusable = ownedIn(kit.config).some(
    ([, { access, unique }]) => access === 'readable' || unique?.length,
  )
  let page: ForbiddenPage | null = null
  if (refusable && kit.knowsPeople)
    import('./requests/forbidden-page.js').then((made) => {
      page = made.forbiddenPage(kit)
    }, kit.report)
  return (req, res) => {
    const person = kit.userOf(req)
    // After an upgrade there is no HTTP answer any more.
    const forbid =
      refusable && !isSwitch(req) ? forbidding(res, (code) => page?.(req, code) ?? null) : undefined
    if (person) return new ForPerson(person.id, person, forbid)
    const user = userWithoutLogin(req)
    return user === null ? null : new ForData(user, forbid)
  }
}

/** Enters the context together with the request's memory. */
export function enter(who: Acting | null, req: Incoming, work: () => void): void {
  const request = rememberedOf(req)
  if (request) actIn(who, request, work)
  else actAs(who, work)
}

/** A class, not a literal: see `Here` in `matched.ts`. */
class ForPerson {
  readonly kind = 'user'
  constructor(
    readonly id: UserId,
    readonly person: Person,
    readonly forbid?: (code?: Refused) => void,
  ) {}
}

/** The same without a login: the user's data, and no person whose rights it had. */
class ForData {
  readonly kind = 'user'
  readonly person = null
  readonly request = 'data'
  constructor(
    readonly id: UserId,
    readonly forbid?: (code?: Refused) => void,
  ) {}
}

/** The user each request runs for; undefined before this layer has seen it. */
const known = requestSlot<Incoming, Acting | null>()
