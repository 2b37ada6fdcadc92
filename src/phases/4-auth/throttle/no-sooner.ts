import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does the work, and returns no sooner than `ms` after it began, so that the time reveals nothing about the
 * result (ASVS 6.3.8).
 *
 * @param ms well above what the work takes; work that takes longer is not hidden
 */
export async function noSooner<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const over = sleep(ms)
  try {
    return await work()
  } finally {
    await over
  }
}
