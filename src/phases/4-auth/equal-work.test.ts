import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { noSooner } from './equal-work.js'

async function timed(work: () => Promise<unknown>): Promise<{ ms: number; came: unknown }> {
  const began = performance.now()
  const came = await noSooner(40, work).catch((error: unknown) => error)
  return { ms: performance.now() - began, came }
}

test('work that is done at once, that takes a while and that fails are over at the same time', async () => {
  const failure = new Error('no')
  const all = await Promise.all([
    timed(async () => 1),
    timed(() => sleep(15, 2)),
    timed(async () => {
      throw failure
    }),
  ])
  expect(all.map(({ came }) => came)).toEqual([1, 2, failure])
  for (const { ms } of all) expect(ms).toBeGreaterThan(38)
})

test('work that takes longer is over when it is', async () => {
  const { ms, came } = await timed(() => sleep(80, 'late'))
  expect(came).toBe('late')
  expect(ms).toBeGreaterThan(78)
})
