import { acting, type UserId } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { type Builder, MADE_BY } from './knex/knex-internals.js'

/** The value for work in `asSystem(reason, …)`, which has no user and is not scoped. */
export const SYSTEM = Symbol('system')

/** Returns the id of the user that the calling code acts for; undefined if there is none, or if the id is invalid. */
export function actingId(): UserId | undefined | typeof SYSTEM {
  const who = acting()
  if (who === null || who.kind === 'anonymous') return undefined
  if (who.kind === 'system') return SYSTEM
  const { id } = who
  if (typeof id === 'string') return id.trim() === '' ? undefined : id
  return Number.isSafeInteger(id) ? id : undefined
}

/** Notes on a builder the user it was made for; a builder made outside any context may run in any. */
export function markMaker(builder: Builder): void {
  const me = actingId()
  if (me !== undefined && me !== SYSTEM) builder._single[MADE_BY] = me
}

/** Refuses a builder that runs for another user than its maker. @throws ScopeError foreign_builder */
export function refuseForeignBuilder(builder: Builder, me: UserId | undefined | typeof SYSTEM): void {
  const maker = builder._single[MADE_BY]
  if (maker === undefined || me === undefined || maker === me || String(maker) === String(me)) return
  throw new ScopeError('foreign_builder', 'this query was made for another user: make it where it runs')
}
