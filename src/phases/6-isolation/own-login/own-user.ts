import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../../../config/config.js'
import { type Acting, actAs, type LoginOpening, type UserId } from '../../../core/context.js'
import { keepContext } from '../../../core/keep-context.js'
import type { Kit } from '../../../core/kit.js'
import { rememberPerson } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import { requestSlot } from '../../../core/slot.js'
import { type Handler, type Incoming, type Next, targetOf } from '../../../express/handler.js'
import { isFollowed, type Matched, matched } from '../../../express/matched.js'
import { sentPath } from '../../../express/path.js'
import { isPublic } from '../../../express/public-route.js'
import { personOfApp } from '../../4-auth/proxy/person-of-app.js'
import { actingOf, enter, sessionIdOf } from '../context.js'

/** What is known of one request as it goes through the app. */
class OwnRequest implements LoginOpening {
  users: LoginOpening['users'] = 'read'
  user: UserId | null = null
  /** a route that is not one of the login's has been reached: its opening stays closed */
  #closed = false
  constructor(readonly req: IncomingMessage) {}

  sessionId(): string | null {
    return sessionIdOf(this.req)
  }

  /** In front of routes an anonymous request may look its user up; behind, only the routes of the login may. */
  arrive(isRoute: boolean, opens: LoginOpening['users']): void {
    if (isRoute && opens === 'closed') this.#closed = true
    this.users = this.#closed ? 'closed' : isRoute ? opens : this.user === null ? 'read' : 'closed'
  }
}

const requests = requestSlot<IncomingMessage, OwnRequest>()

/** Runs the request as an anonymous one until the app's middleware has named its user. */
export const anonymousFirst: Handler = (req, _res, next) => {
  const own = new OwnRequest(req)
  requests.set(req, own)
  enter({ kind: 'anonymous', opening: own }, req, () => {
    keepContext(req)
    next()
  })
}

/**
 * Resolves the user by `auth.user` in front of each handler of the app: of middleware as soon as it answers, of a route
 * always. The last handler of a route that is not open to everybody is refused without a user, and so are those in front
 * of it where the request brings nothing that could name one: they may be the guard that names it. A route at which
 * `auth.user` fails is refused with 500.
 */
export function namedByApp(kit: Kit): Handler {
  const { auth } = kit.config
  const nameUser = auth.user as (req: IncomingMessage) => unknown
  const open = isPublic(kit.config)
  const opens = openingOf(kit.config)
  const actingFor = actingOf(kit)
  const mayBeNamed = ({ headers }: Incoming) =>
    headers.cookie !== undefined || headers[auth.header] !== undefined || headers.authorization !== undefined
  /** It answers later, which costs a query or more: then routes alone ask it. */
  let answersLater = false

  function goOn(req: Incoming, res: ServerResponse, next: Next, here: Matched, own: OwnRequest): unknown {
    const opened = opens(req)
    const isGuard =
      here.kind === 'route' &&
      own.user === null &&
      opened === 'closed' &&
      mayBeNamed(req) &&
      isFollowed(here, req.method)
    const isRoute = here.kind !== 'mount' && !isGuard
    own.arrive(isRoute, opened)
    if (isRoute && own.user === null && opened === 'closed' && !open(req))
      return next(new Problem('authentication_required'))
    const person = own.user === null ? null : actingFor(req, res)
    const who: Acting = person ? Object.assign(person, { opening: own }) : { kind: 'anonymous', opening: own }
    actAs(who, next)
  }

  return function ownUser(req, res, next) {
    const own = requests.get(req)
    const here = matched(req)
    if (!own || !here) return next(new Problem('authentication_required'))
    const isRoute = here.kind !== 'mount'
    if (!isRoute && answersLater) return goOn(req, res, next, here, own)
    const failed = (error: unknown) => {
      // In front of the session middleware there is no session to read yet.
      if (!isRoute || open(req) || opens(req) !== 'closed') return goOn(req, res, next, here, own)
      kit.report(error, req)
      next(new Problem('internal_error'))
    }
    const named = (given: unknown) => {
      try {
        settle(given, req, own, opens(req) !== 'closed')
      } catch (error) {
        kit.report(error, req)
        return next(new Problem('internal_error'))
      }
      goOn(req, res, next, here, own)
    }
    let given: unknown
    try {
      given = nameUser(req)
    } catch (error) {
      return failed(error)
    }
    if (!isPromise(given)) return named(given)
    answersLater = true
    return given.then(named, failed)
  }
}

/** Takes the user that `auth.user` has named. @throws Error when it may not become this request's */
function settle(given: unknown, req: Incoming, own: OwnRequest, mayChange: boolean): void {
  const id = userId(given)
  if (id === null || String(id) === String(own.user)) return
  if (own.user !== null && !mayChange)
    throw new Error(
      `auth.user named another user in the middle of ${req.method} ${sentPath(targetOf(req))}: only a login route may change the user`,
    )
  own.user = id
  rememberPerson(req, personOfApp(id))
}

/** @throws Error when what `auth.user` answers cannot be a user's id */
function userId(given: unknown): UserId | null {
  if (given === null || given === undefined) return null
  if (typeof given === 'number' ? Number.isSafeInteger(given) : typeof given === 'string' && /\S/.test(given))
    return given as UserId
  throw new Error(`auth.user answered ${typeof given}; give the value of users.id, or null without a user`)
}

/** What a request may look up once it has reached its route. */
function openingOf({ auth }: Config): (req: Incoming) => LoginOpening['users'] {
  const routes = new Map<string, LoginOpening['users']>()
  for (const route of auth.lookups?.routes ?? []) routes.set(route, 'read')
  if (auth.login) routes.set(`POST ${auth.login.post}`, 'read')
  if (auth.register) routes.set(`POST ${auth.register.post}`, 'register')
  return (req) => routes.get(`${req.method} ${sentPath(targetOf(req))}`) ?? 'closed'
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Partial<Promise<unknown>> | null)?.then === 'function'
