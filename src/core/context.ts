import { ActingStore, type ContextStore } from './process/entry.js'
import { shared } from './process/store.js'

/** A user's primary key: integer tables give a number, uuid and text tables a string. */
export type UserId = number | string

/** Somebody who is logged in, as the one read of every authenticated request found them. */
export interface Person {
  id: UserId
  username: string | null
  email: string | null
  isAdmin: boolean
  roles: string[]
  /** What the roles let them do, by `auth.permissions`. */
  permissions: readonly string[]
  /** What the token they came with was made for; null: they have logged in, and may all that they may. */
  scopes: readonly string[] | null
  /** `user_sessions.id` of the login this request came with. */
  sessionId: string
  /** The access token's id, what `revoked_tokens` is keyed by. */
  jti: string
}

/**
 * On whose behalf the code at hand runs. `request` marks another user within a request: it became them itself by
 * `asUser`, or it runs a job of theirs. `login` marks the one client that migrations open as the login role itself: everything else of the system runs on ordinary
 * connections. `forbid` answers the request 403, unless it is answered already.
 */
export type Acting =
  | {
      kind: 'user'
      id: UserId
      person: Person | null
      request?: 'as user' | 'job'
      /** With `as user`: the user of the request itself; null: it is anonymous. */
      within?: UserId | null
      forbid?: () => void
    }
  | { kind: 'system'; reason: string; login?: boolean }

interface Context {
  store: ContextStore<Acting | null>
  /** for code that nobody called on anybody's behalf: the app's own start, while the configuration allows it */
  startup: Acting | null
  /** the apps of this process; the start of one is over for all, so that a late one opens nothing to the others */
  apps: Set<object>
  started: boolean
  /** told of every entry into the system */
  watchers: Set<(reason: string) => void>
}

// Two copies of this package in one tree must share one context, or every query of one copy would have no user.
const context = shared<Context>('context', () => ({
  store: new ActingStore<Acting | null>(),
  startup: null,
  apps: new Set(),
  started: false,
  watchers: new Set(),
}))

/** Who the code at hand acts for, or null: outside a request, or signed out. Never a default user. */
export function acting(): Acting | null {
  const who = context.store.getStore()
  return who === undefined ? context.startup : who
}

/** Runs `work` on behalf of `who` (null: of nobody). Promises and callbacks begun inside keep it. */
export function actAs<T>(who: Acting | null, work: () => T): T {
  return context.store.getStore() === who ? work() : context.store.run(who, work)
}

/** As `actAs`, and for a request (see `forgotten.ts`): entered together they cost half. */
export function actIn<T>(who: Acting | null, request: object, work: () => T): T {
  return context.store.run<T, [object]>(who, () => work(), request)
}

/** The start of an app: until it is over, code outside every request may act for somebody. */
export interface Startup {
  /** From here on code outside every request is nobody, whatever serves the app. */
  end(): void
  /** The app is gone. */
  dispose(): void
}

/** Code outside every request acts for `who` until the start is over; see `startup` in the configuration. */
export function openStartup(who: Acting | null): Startup {
  const app = {}
  context.apps.add(app)
  if (!context.started) context.startup = who
  return {
    end() {
      context.started = true
      context.startup = null
    },
    dispose() {
      context.apps.delete(app)
      if (context.apps.size > 0) return
      context.started = false
      context.startup = null
    },
  }
}

/** The person of the current request; null outside a request or signed out. */
export function currentUser(): Person | null {
  const who = acting()
  return who?.kind === 'user' ? who.person : null
}

/**
 * The user's id the code at hand runs for: of the current request, of `asUser`, of a job. null: nobody's, or the system's.
 * At every dial; below the phase that knows people it is null in requests.
 */
export function currentUserId(): UserId | null {
  const who = acting()
  return who?.kind === 'user' ? who.id : null
}

/**
 * Runs `work` as a user, for code outside requests: jobs, scripts. Await inside `work`: a query runs as whoever is
 * current when it is awaited.
 *
 * @throws TypeError when `id` cannot be a user's id
 */
export function asUser<T>(id: UserId, work: () => T): T {
  const valid =
    typeof id === 'number' ? Number.isSafeInteger(id) && id > 0 : typeof id === 'string' && /\S/.test(id)
  if (!valid || id === 'none' || id === 'system')
    throw new TypeError(`asUser: ${String(id)} is not a user's id; give the value of users.id`)
  return actAs(anotherUser(id, 'as user'), work)
}

/** A user that is not the one who asks; a request stays one, whoever it works for. */
export function anotherUser(id: UserId, how: 'as user' | 'job'): Acting {
  const now = context.store.getStore()
  if (!isRequest(now)) return { kind: 'user', id, person: null }
  return { kind: 'user', id, person: null, request: how, ...(how === 'as user' && { within: ownerOf(now) }) }
}

/** Whose request `who` is part of: with `asUser` still that of the request's own user; null: an anonymous one. */
function ownerOf(who: Acting | null | undefined): UserId | null {
  if (who?.kind !== 'user') return null
  return who.request === 'as user' ? (who.within ?? null) : who.id
}

/**
 * For which user a row is read on behalf of `who`. Work by `asUser` within a request is that request's own; null stands
 * for an anonymous request; undefined: for no user in particular.
 */
export function readerOf(who: Acting | null): UserId | null | undefined {
  return who?.kind === 'user' ? ownerOf(who) : undefined
}

/**
 * Runs `work` as the system: it sees and may change everybody's rows. For jobs and scripts; each entry is noted with
 * its reason, in the log and in `usertwo.audit`.
 *
 * @throws Error inside a request, whoever's it is: what a person asks for is done as that person
 * @throws TypeError without a reason
 */
export function asSystem<T>(reason: string, work: () => T): T {
  if (typeof reason !== 'string' || !/\S/.test(reason))
    throw new TypeError('asSystem(reason, work): say why, in words; it is noted')
  refuseInRequest(`asSystem('${reason}')`)
  for (const watch of context.watchers) watch(reason)
  return actAs({ kind: 'system', reason }, work)
}

/** @throws Error when the code at hand runs for a request, signed in or not, also as another user of it */
export function refuseInRequest(what: string): void {
  if (!isRequest(context.store.getStore())) return
  throw new Error(`${what} inside a request: do it as the person who asks, or in a job of its own`)
}

const isRequest = (who: Acting | null | undefined) =>
  who === null || (who?.kind === 'user' && (who.person !== null || who.request !== undefined))

/** Tells `watch` of every entry into the system; returns how to stop. */
export function watchSystem(watch: (reason: string) => void): () => void {
  context.watchers.add(watch)
  return () => context.watchers.delete(watch)
}
