import { actAs, acting, anotherUser, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { ScopeError } from '../../../core/scope-error.js'
import { isActive, jobKit, onlyTheOwner } from './job-kit.js'
import { signedJob, userOfJob, type WhoseJob } from './whose-job.js'

/** A job's data with whose it is. */
export type OfUser<Data extends object> = Data & { usertwo: WhoseJob }

/**
 * Says in a job's data whose it is: the current user's. The data stays plain JSON, for a queue of any kind; what
 * `usertwo` it held before is replaced. Below phase 6 every job is the owner's.
 *
 * @example
 * await queue.add('export', injectUser({ format: 'csv' }))
 * @throws ScopeError no_current_user when nobody is signed in; TypeError when `data` is not a plain object
 */
export function injectUser<Data extends object>(data: Data): OfUser<Data> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError('injectUser(data): give a plain object; whose job it is becomes a field of it')
  const kit = jobKit()
  return { ...data, usertwo: signedJob(kit, makerOf(kit)) }
}

/**
 * Does a job as the user its data names, whoever's request or other job it happens to run in. Await inside `work`.
 *
 * @example
 * new Worker('export', (job) => asInjectedUser(job.data, ({ format }) => writeExport(format)))
 * @throws ScopeError job_without_user when the data does not say whose it is; job_refused when that user is gone or
 *   disabled, or when it is not the owner's below phase 6: then keep it
 */
export async function asInjectedUser<Data, T>(data: Data, work: (data: Data) => T): Promise<Awaited<T>> {
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
      'the user of this job is gone or disabled: drop it, it will not run again',
    )
  return await actAs(anotherUser(id, 'job'), async () => await work(data))
}

/**
 * Binds a function to the current user, for a queue that keeps functions: it runs as them, wherever it is called.
 *
 * @example
 * queue.push(bindUser(() => db('threads').insert(row)))
 * @throws ScopeError no_current_user when nobody is signed in; what it gives rejects as `asInjectedUser` does
 */
export function bindUser<Args extends unknown[], T>(
  work: (...args: Args) => T,
): (...args: Args) => Promise<Awaited<T>> {
  const whose = injectUser({})
  return (...args) => asInjectedUser(whose, () => work(...args))
}

function makerOf(kit: Kit): UserId {
  const who = acting()
  if (onlyTheOwner(kit)) return who?.kind === 'user' ? who.id : kit.config.owner.id
  if (who?.kind === 'user') return who.id
  throw new ScopeError(
    'no_current_user',
    who
      ? 'a job of the system has no user: let the worker do it in asSystem(reason, work)'
      : 'nobody is signed in whose job this could be. Make it in a request of somebody, in asUser(id, work) or in forEachUser(work)',
  )
}
