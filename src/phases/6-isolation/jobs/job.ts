import { actAs, acting, anotherUser, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { ScopeError } from '../../../core/scope-error.js'
import { isActive, isBeforeUsertwo, jobKit, onlyTheOwner } from './job-kit.js'
import { signedJob, userOfJob, type WhoseJob } from './whose-job.js'

/** A job's data, with its user. */
export type OfUser<Data extends object> = Data & { usertwo: WhoseJob }

/**
 * Adds the current user to a job's data. The data stays plain JSON, for any kind of queue; an existing
 * `usertwo` field is replaced. Below phase 6 every job is the owner's. In an app that was started without usertwo, at
 * USERTWO_PHASE=0, a job names no user.
 *
 * @example
 * await queue.add('export', injectUser({ format: 'csv' }))
 * @throws ScopeError no_current_user when no user is logged in; TypeError when `data` is not a plain object
 */
export function injectUser<Data extends object>(data: Data): OfUser<Data> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError('injectUser(data): give a plain object; the job’s user becomes a field of it')
  if (isBeforeUsertwo()) return unnamed(data)
  const kit = jobKit()
  return { ...data, usertwo: signedJob(kit, makerOf(kit)) }
}

/**
 * Runs a job as the user that its data names, whichever request or other job calls it. Await inside `work`.
 *
 * @example
 * new Worker('export', (job) => asInjectedUser(job.data, ({ format }) => writeExport(format)))
 * @throws ScopeError job_without_user when the data names no user; job_refused when that user is deleted or
 *   disabled, or when the job is not the owner's below phase 6: then keep it
 */
export async function asInjectedUser<Data, T>(data: Data, work: (data: Data) => T): Promise<Awaited<T>> {
  if (isBeforeUsertwo() && !namesUser(data)) return await work(data)
  const kit = jobKit()
  const id = userOfJob(kit, data)
  if (onlyTheOwner(kit)) {
    if (String(id) !== String(kit.config.owner.id))
      throw new ScopeError(
        'job_refused',
        `this is not the owner's job, and at USERTWO_PHASE=${kit.dial} the app has one user: keep it until the dial is 6 again`,
      )
  } else if (!(await isActive(kit, id)))
    throw new ScopeError(
      'job_refused',
      'the user of this job is deleted or disabled: drop it, it will not run again',
    )
  return await actAs(anotherUser(id, 'job'), async () => await work(data))
}

/**
 * Binds a function to the current user, for a queue of functions: it runs as that user, wherever it is called.
 *
 * @example
 * queue.push(bindUser(() => db('threads').insert(row)))
 * @throws ScopeError no_current_user when no user is logged in; the returned function rejects as `asInjectedUser` does
 */
export function bindUser<Args extends unknown[], T>(
  work: (...args: Args) => T,
): (...args: Args) => Promise<Awaited<T>> {
  const whose = injectUser({})
  return (...args) => asInjectedUser(whose, () => work(...args))
}

const namesUser = (data: unknown) => (data as { usertwo?: unknown } | null | undefined)?.usertwo !== undefined

/** Drops a field that a request may have brought: without usertwo no job names a user. */
function unnamed<Data extends object>(data: Data): OfUser<Data> {
  const { usertwo: _, ...rest } = data as OfUser<Data>
  return rest as OfUser<Data>
}

function makerOf(kit: Kit): UserId {
  const who = acting()
  if (onlyTheOwner(kit)) return who?.kind === 'user' ? who.id : kit.config.owner.id
  if (who?.kind === 'user') return who.id
  throw new ScopeError(
    'no_current_user',
    who
      ? 'a job of the system has no user: let the worker do it in asSystem(reason, work)'
      : 'no user is logged in to whom this job could belong. Make it in the request of a user, in asUser(id, work) or in forEachUser(work)',
  )
}
