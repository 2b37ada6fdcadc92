import { expect, test } from 'vitest'
import { batched } from './batched.js'

/** A source that computes its answers when it is called, and returns them when they are released. */
function source() {
  const asked: number[][] = []
  const held: (() => void)[] = []
  let truth = 'before'
  const ask = async (given: readonly number[]) => {
    asked.push([...given])
    const now = truth
    await new Promise<void>((resolve) => held.push(resolve))
    return given.map((one) => `${one} ${now}`)
  }
  return {
    asked,
    ask,
    tell: (now: string) => {
      truth = now
    },
    letGo: () => held.shift()!(),
    held,
  }
}
const turn = () => new Promise(setImmediate)

test('callers in one turn share a query, and each gets its own answer', async () => {
  const { ask, asked, letGo } = source()
  const one = batched(ask)
  const answers = Promise.all([one(1), one(2), one(1)])
  await turn()
  letGo()
  expect(await answers).toEqual(['1 before', '2 before', '1 before'])
  expect(asked).toEqual([[1, 2, 1]])
})

test('callers of one query continue in separate turns: a batch collected within a tick belongs to one', async () => {
  const one = batched(async (given: readonly number[]) => given)
  const ticks: number[][] = []
  const collected: number[] = []
  await Promise.all(
    [1, 2, 3, 4].map(async (given) => {
      const answer = await one(given)
      collected.push(answer)
      if (collected.length > 1) return
      process.nextTick(() => ticks.push(collected.splice(0)))
    }),
  )
  await turn()
  expect(ticks).toEqual([[1], [2], [3], [4]])
})

test('no caller gets the answer of a query that was sent before it came', async () => {
  const { ask, asked, tell, letGo, held } = source()
  const one = batched(ask)
  const early = one(1)
  await turn()
  tell('after')
  const late = one(1)
  await turn()
  expect(held).toHaveLength(1)
  letGo()
  expect(await early).toBe('1 before')
  await expect.poll(() => held).toHaveLength(1)
  letGo()
  expect(await late).toBe('1 after')
  expect(asked).toEqual([[1], [1]])
})

test('a caller in the two turns after an answer joins those who waited for it', async () => {
  const { ask, asked, letGo, held } = source()
  const one = batched(ask)
  const first = one(1)
  await turn()
  const waited = one(2)
  letGo()
  await first
  await turn()
  const came = one(3)
  await expect.poll(() => held).toHaveLength(1)
  letGo()
  expect(await Promise.all([waited, came])).toEqual(['2 before', '3 before'])
  expect(asked).toEqual([[1], [2, 3]])
})

test('a caller that joined a query in flight would get an outdated answer', async () => {
  const { ask, tell, letGo } = source()
  // The control: one shared promise per key.
  const shared = new Map<number, Promise<string>>()
  const joined = (key: number) => {
    if (!shared.has(key))
      shared.set(
        key,
        ask([key]).then(([answer]) => answer!),
      )
    return shared.get(key)!
  }
  const early = joined(1)
  tell('after')
  const late = joined(1)
  letGo()
  expect([await early, await late]).toEqual(['1 before', '1 before'])
})

test('a failure is reported to all callers of that query, and to no other', async () => {
  let fails = true
  const one = batched(async (given: readonly number[]) => {
    if (fails) throw new Error('away')
    return given
  })
  expect(await Promise.allSettled([one(1), one(2)])).toMatchObject([
    { reason: { message: 'away' } },
    { reason: { message: 'away' } },
  ])
  fails = false
  expect(await one(3)).toBe(3)
})

test('calls rest once no caller waits any more, also after a failure', async () => {
  const seen: string[] = []
  const one = batched(
    async ([first]: readonly number[]) => {
      seen.push(`asked ${first}`)
      if (first === 3) throw new Error('away')
      return [first]
    },
    () => seen.push('rest'),
  )
  const first = one(1)
  await turn()
  await Promise.all([first, one(2)])
  await expect.poll(() => seen).toEqual(['asked 1', 'asked 2', 'rest'])
  await expect(one(3)).rejects.toThrow('away')
  await expect.poll(() => seen).toEqual(['asked 1', 'asked 2', 'rest', 'asked 3', 'rest'])
})

test('many callers are answered in batches of 100', async () => {
  const sizes: number[] = []
  const one = batched(async (given: readonly number[]) => {
    sizes.push(given.length)
    return given
  })
  await Promise.all(Array.from({ length: 201 }, (_, at) => one(at)))
  expect(sizes).toEqual([100, 100, 1])
})
