import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'

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

class Undone extends Error {}

/** Does the work and rolls it back, so that a request takes the same time whatever it found (ASVS 6.3.8). */
export async function undone(
  trx: Knex.Transaction,
  work: (inner: Knex.Transaction) => Promise<unknown>,
): Promise<void> {
  const done = trx.transaction(async (inner) => {
    await work(inner)
    throw new Undone()
  })
  await done.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error
  })
}
