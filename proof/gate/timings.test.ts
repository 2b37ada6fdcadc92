import { expect, test } from 'vitest'
import { timingLines } from './report/terminal.js'
import { stopwatch, sumOfTimings } from './timings.js'

test('time counts once for the most exclusive work that goes on, and not at all without one', async () => {
  let at = 0
  const { during, read } = stopwatch(() => at)
  at = 5
  await during('requests', async () => {
    at = 6
    await Promise.all([
      during('starts', async () => {
        at = 10
      }),
      during('requests', async () => {
        await null
        at = 12
      }),
    ])
  })
  at = 20
  expect(read()).toMatchObject({
    starts: { times: 1 },
    requests: { times: 2 },
    copies: { times: 0, ms: 0 },
  })
  const { starts, requests } = read()
  expect(starts.ms + requests.ms).toBe(7)
  expect(starts.ms).toBeGreaterThanOrEqual(4)
})

test('work that fails counts until it has failed', async () => {
  let at = 0
  const { during, read } = stopwatch(() => at)
  const failing = during('copies', async () => {
    at = 3
    throw new Error('no space')
  })
  await expect(failing).rejects.toThrow('no space')
  at = 9
  expect(read().copies).toEqual({ times: 1, ms: 3 })
})

test('the table has the longest check first, what is left as its own, and a sum', () => {
  const spent = (starts: number) => ({ ...sumOfTimings([]), starts: { times: 2, ms: starts } })
  const check = (id: string, ms: number, starts: number) => ({ id, ms, timings: spent(starts) })
  const checks = [check('isolation.schema', 1_000, 400), check('isolation.foreign-ids', 9_000, 3_000)]
  const lines = timingLines([{ checks }] as never)
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['seconds', 'all', 'own', 'copies', 'starts', 'browsers', 'requests', 'statements', 'waits', 'ends'],
    ['isolation.foreign-ids', '9.0', '6.0', '3.0 (2)'],
    ['isolation.schema', '1.0', '0.6', '0.4 (2)'],
    ['all checks', '10.0', '6.6', '3.4 (4)'],
  ])
})
