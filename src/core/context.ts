import { AsyncLocalStorage } from 'node:async_hooks'

/** A user's primary key: integer tables give a number, uuid and text tables a string. */
export type UserId = number | string

/** Somebody who is logged in, as the one read of every authenticated request found them. */
export interface Person {
  id: UserId
  username: string | null
  email: string | null
  isAdmin: boolean
  roles: string[]
  /** `user_sessions.id` of the login this request came with. */
  sessionId: string
  /** The access token's id, what `revoked_tokens` is keyed by. */
  jti: string
}

/**
 * On whose behalf the code at hand runs. `login` marks the one client that migrations open as the login role
 * itself; everything else of the system runs on ordinary connections.
 */
export type Acting =
  | { kind: 'user'; id: UserId; person: Person | null }
  | { kind: 'system'; reason: string; login?: boolean }

// Two copies of this package in one tree must share one store, or every query of one copy would have no user.
const KEY = Symbol.for('usertwo.acting')
const globals = globalThis as { [KEY]?: AsyncLocalStorage<Acting | null> }
globals[KEY] ??= new AsyncLocalStorage<Acting | null>()
const store = globals[KEY]

/** Who the code at hand acts for, or null: outside a request, or signed out. Never a default. */
export function acting(): Acting | null {
  return store.getStore() ?? null
}

/** Runs `work` on behalf of `who` (null: of nobody). Promises and callbacks begun inside keep it. */
export function actAs<T>(who: Acting | null, work: () => T): T {
  return store.run(who, work)
}

/** The person of the current request; null outside a request or signed out. */
export function currentUser(): Person | null {
  const who = acting()
  return who?.kind === 'user' ? who.person : null
}
