import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does the work, and is over no sooner than so long after it began: what takes less tells nobody what was found (ASVS 6.3.8).
 *
 * @param ms well above what the work takes; where it takes longer, for its own time
 */
export async function noSooner<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const over = sleep(ms)
  try {
    return await work()
  } finally {
    await over
  }
}
