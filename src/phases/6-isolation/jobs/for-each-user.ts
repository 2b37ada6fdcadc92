import { actAs, refuseInRequest, type UserId } from '../../../core/context.js'
import { isActive, isBeforeUsertwo, jobKit, onlyTheOwner } from './job-kit.js'

const MOST_AT_ONCE = 100

export interface ForEachUserOptions {
  /** how many users are processed at the same time; leave connections of the pool for requests. Default: 1 */
  atOnce?: number
}

/** The result of a round. */
export interface Round {
  /** for how many users the work was done */
  done: number
  /** the users whose work failed, and the error; each is logged too */
  failed: { id: UserId; error: unknown }[]
}

/**
 * Does work for each user in turn, as that user. From phase 6 this replaces the body of a timer or cron job.
 * One user's failure does not stop the others. Users who are disabled, or deleted in the meantime, are
 * skipped; below phase 6 there is only the owner. In an app that was started without usertwo, at USERTWO_PHASE=0, work that takes
 * no id is done once, as the app did it, and its error is thrown.
 *
 * @example
 * setInterval(() => void forEachUser(sendDigest), DAY)
 * @throws Error inside a request, which must not work for all users; TypeError for a wrong option
 */
export async function forEachUser(
  work: (id: UserId) => unknown,
  options: ForEachUserOptions = {},
): Promise<Round> {
  const { atOnce = 1 } = options
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE)
    throw new TypeError(`forEachUser: atOnce is ${atOnce}; allowed: 1 to ${MOST_AT_ONCE}`)
  refuseInRequest('forEachUser(work)')
  if (isBeforeUsertwo() && work.length === 0) {
    await (work as () => unknown)()
    return { done: 1, failed: [] }
  }
  const kit = jobKit()
  const round: Round = { done: 0, failed: [] }
  const ids = (await import('./every-user.js')).everyUser(kit)
  const one = async (): Promise<void> => {
    for await (const id of ids) {
      try {
        if (!onlyTheOwner(kit) && !(await isActive(kit, id))) continue
        await actAs({ kind: 'user', id, person: null }, async () => await work(id))
        round.done++
      } catch (error) {
        kit.report(error)
        round.failed.push({ id, error })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return round
}
