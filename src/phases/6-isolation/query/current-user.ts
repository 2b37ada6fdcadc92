import { acting, type UserId } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { type JobCall, jobHere } from '../jobs/job-place.js'
import { type Builder, MADE_BY, MADE_IN } from './knex/knex-internals.js'

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

/**
 * Notes on a builder the user it was made for, or the job without a user. One made outside any context may run in any.
 * @param enforced whether a query without a user is refused: below phase 6 each request would look like a job
 */
export function markMaker(builder: Builder, enforced: () => boolean): void {
  const me = actingId()
  if (me === undefined) {
    if (enforced()) builder._single[MADE_IN] = jobHere()
  } else if (me !== SYSTEM) builder._single[MADE_BY] = me
}

/** Keeps the job that made a query with what is compiled from it: knex sends it later. */
export function madeIn<T>(compiled: T, job: JobCall | null | undefined): T {
  if (job && typeof compiled === 'object' && compiled !== null)
    Object.defineProperty(compiled, MADE_IN, { value: job, configurable: true })
  return compiled
}

/** Refuses a builder that runs for another user than its maker. @throws ScopeError foreign_builder */
export function refuseForeignBuilder(builder: Builder, me: UserId | undefined | typeof SYSTEM): void {
  const maker = builder._single[MADE_BY]
  if (maker === undefined || me === undefined || maker === me || String(maker) === String(me)) return
  throw new ScopeError('foreign_builder', 'this query was made for another user: make it where it runs')
}
