import { ActingStore, type ContextStore } from './process/entry.js'
import { shared } from './process/store.js'

/** A user's primary key: a number for integer tables, a string for uuid and text tables. */
export type UserId = number | string

/** A logged-in user, as read once for every authenticated request. */
export interface Person {
  id: UserId
  username: string | null
  email: string | null
  isAdmin: boolean
  roles: string[]
  /** The permissions of their roles, by `auth.permissions`. */
  permissions: readonly string[]
  /** The scopes of the token of this request; null: a login, without restrictions. */
  scopes: readonly string[] | null
  /** `user_sessions.id` of the login of this request. */
  sessionId: string
  /** The access token's id, the key of `revoked_tokens`. */
  jti: string
}

/** What a login of the app's own may reach before a user is known (`auth.by: 'app'`). */
export interface LoginOpening {
  /** one row of users at a time: not at all, to read it, or to insert it as well */
  readonly users: 'closed' | 'read' | 'register'
  /** the key of the request's own session row; null: the request has none yet */
  sessionId(): string | null
}

/**
 * The user, or the system, on whose behalf code runs. `anonymous` marks a request without a user, where the app keeps
 * its own login; elsewhere such a request is null. `request` marks another user within a request: the
 * request became that user by `asUser`, or runs a job of that user. `data` marks a request without a login that works on
 * that user's data. `login` marks the one client that migrations
 * open as the login role itself: everything else of the system runs on ordinary connections. `forbid` answers
 * the request with a problem, by default 403, unless it is answered already.
 */
export type Acting =
  | {
      kind: 'user'
      id: UserId
      person: Person | null
      request?: 'as user' | 'job' | 'data'
      /** With `as user`: the user of the request itself; null: it is anonymous. */
      within?: UserId | null
      forbid?: (code?: 'forbidden' | 'taken') => void
      /** With a login of the app's own: what else its queries reach. */
      opening?: LoginOpening
    }
  | { kind: 'anonymous'; opening: LoginOpening }
  | { kind: 'system'; reason: string; login?: boolean }

interface Context {
  store: ContextStore<Acting | null>
  /** for code outside any context, such as the app's own start, while the configuration allows it */
  startup: Acting | null
  /** the apps of this process; when one has started, all have, so that a late one opens nothing to the others */
  apps: Set<object>
  started: boolean
  /** called with the reason of every entry into the system */
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

/** Returns the acting user or system; null outside a request, or signed out. Never a default user. */
export function acting(): Acting | null {
  const who = context.store.getStore()
  return who === undefined ? context.startup : who
}

/** Whether the running code belongs to no request and acts for no user: a timer, a job, a listener. */
export function runsOutside(): boolean {
  return context.store.getStore() === undefined && context.startup === null
}

/** Runs `work` outside every request, wherever it is called. */
export function actOutside<T>(work: () => T): T {
  if (context.store.getStore() === undefined) return work()
  // The request counts as none too, or it would answer for the promises that are forgotten here.
  return context.store.run<T, [null]>(undefined as never, () => work(), null)
}

/** Runs `work` on behalf of `who` (null: without a user). Promises and callbacks started inside keep it. */
export function actAs<T>(who: Acting | null, work: () => T): T {
  return context.store.getStore() === who ? work() : context.store.run(who, work)
}

/** Like `actAs`, together with a request (see `forgotten.ts`): entering both at once costs half. */
export function actIn<T>(who: Acting | null, request: object, work: () => T): T {
  return context.store.run<T, [object]>(who, () => work(), request)
}

/** The start of an app: until it ends, code outside every request may act for a user or the system. */
export interface Startup {
  /** From here on code outside every request has no user, whatever serves the app. */
  end(): void
  /** The app was disposed. */
  dispose(): void
}

/** Lets code outside every request act for `who` until the start ends; see `startup` in the configuration. */
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

/** The user of the current request, from phase 4 on; null outside a request, signed out, or below. */
export function currentUser(): Person | null {
  const who = acting()
  return who?.kind === 'user' ? who.person : null
}

/**
 * The id of the acting user: of the current request, of `asUser`, of a job. null: none, or the system. Works
 * at every dial; below phase 4 it is null in requests.
 */
export function currentUserId(): UserId | null {
  const who = acting()
  return who?.kind === 'user' ? who.id : null
}

/**
 * Runs `work` as a user, for code outside requests: jobs, scripts. Await inside `work`: a query runs as the
 * user that is current when it is awaited.
 *
 * @throws TypeError when `id` cannot be a user's id
 */
export function asUser<T>(id: UserId, work: () => T): T {
  const valid =
    typeof id === 'number' ? Number.isSafeInteger(id) && id > 0 : typeof id === 'string' && /\S/.test(id)
  if (!valid || id === 'none' || id === 'outside' || id === 'system')
    throw new TypeError(`asUser: ${String(id)} is not a user's id; give the value of users.id`)
  return actAs(anotherUser(id, 'as user'), work)
}

/** Makes a user other than the request's own; a request stays a request, whichever user it works for. */
export function anotherUser(id: UserId, how: 'as user' | 'job'): Acting {
  const now = context.store.getStore()
  if (!isRequest(now)) return { kind: 'user', id, person: null }
  return { kind: 'user', id, person: null, request: how, ...(how === 'as user' && { within: ownerOf(now) }) }
}

/** Returns the user of the request that `who` is part of, also with `asUser`; null: an anonymous request. */
function ownerOf(who: Acting | null | undefined): UserId | null {
  if (who?.kind !== 'user') return null
  return who.request === 'as user' ? (who.within ?? null) : who.id
}

/**
 * Returns the user for whom a row is read on behalf of `who`. Work by `asUser` within a request counts as
 * that request's; null: an anonymous request; undefined: no user in particular.
 */
export function readerOf(who: Acting | null): UserId | null | undefined {
  return who?.kind === 'user' ? ownerOf(who) : undefined
}

/**
 * Runs `work` as the system: it sees and may change all users' rows. For jobs and scripts; each entry is
 * recorded with its reason, in the log and in `usertwo.audit`.
 *
 * @throws Error inside any request: its work is done as its user
 * @throws TypeError without a reason
 */
export function asSystem<T>(reason: string, work: () => T): T {
  if (typeof reason !== 'string' || !/\S/.test(reason))
    throw new TypeError('asSystem(reason, work): say why, in words; it is noted')
  refuseInRequest(`asSystem('${reason}')`)
  return actAs(systemFor(reason), work)
}

/** The system, for one piece of work that is recorded with its reason. */
export function systemFor(reason: string): Acting {
  for (const watch of context.watchers) watch(reason)
  return { kind: 'system', reason }
}

/** @throws Error inside a request, signed in or not, also where it acts as another user */
export function refuseInRequest(what: string): void {
  if (!isRequest(context.store.getStore())) return
  throw new Error(`${what} inside a request: do it as the request's user, or in a separate job`)
}

const isRequest = (who: Acting | null | undefined) =>
  who === null ||
  who?.kind === 'anonymous' ||
  (who?.kind === 'user' && (who.person !== null || who.request !== undefined))

/** Calls `watch` at every entry into the system; returns a function that stops it. */
export function watchSystem(watch: (reason: string) => void): () => void {
  context.watchers.add(watch)
  return () => context.watchers.delete(watch)
}
