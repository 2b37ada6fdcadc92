import { acting, type UserId } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { type Builder, MADE_BY } from './knex/knex-internals.js'

/** Nobody's requests: work in `asSystem(reason, …)`, which is not scoped at all. */
export const SYSTEM = Symbol('system')

/** The id of the user the code at hand acts for; undefined: none. An id that names nobody is none. */
export function actingId(): UserId | undefined | typeof SYSTEM {
  const who = acting()
  if (who === null) return undefined
  if (who.kind === 'system') return SYSTEM
  const { id } = who
  if (typeof id === 'string') return id.trim() === '' ? undefined : id
  return Number.isSafeInteger(id) ? id : undefined
}

/** A builder carries the user it was made for; made outside any context it may run in any. */
export function markMaker(builder: Builder): void {
  const me = actingId()
  if (me !== undefined && me !== SYSTEM) builder._single[MADE_BY] = me
}

/** Run for another than its maker a builder would mix the two. @throws ScopeError foreign_builder */
export function refuseForeignBuilder(builder: Builder, me: UserId | undefined | typeof SYSTEM): void {
  const maker = builder._single[MADE_BY]
  if (maker === undefined || me === undefined || maker === me || String(maker) === String(me)) return
  throw new ScopeError('foreign_builder', 'this query was made for another user: make it where it runs')
}
