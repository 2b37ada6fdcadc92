import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target, Visitor } from '../proof/gate/gate.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { type Redis, redisVersion, startRedis } from './support/redis.js'

/** Requests a minute from one address to what is public. */
const LIMIT = 300
/** How long a Redis that failed is left alone, and a little more. ms */
const PAUSE = 5_500

const installed = redisVersion()
if (!installed && process.env.CI) throw new Error('Redis is missing: apt-get install redis-server')
if (!installed) console.warn('NOT TESTED: limits shared through Redis, which is not installed here.')

const from = (last: number): Visitor => ({ name: 'visitor', address: `127.0.41.${last}`, headers: {} })

interface Counters {
  served: number
  refused: number
  other: number[]
  slowest: number
}

/** Asks `/health` `count` times, twenty at a time. */
async function burst(target: Target, as: Visitor, count: number): Promise<Counters> {
  const counters: Counters = { served: 0, refused: 0, other: [], slowest: 0 }
  let left = count
  const worker = async () => {
    while (left-- > 0) {
      const { status, ms } = await target.ask('GET', '/health', { as })
      if (status === 200) counters.served++
      else if (status === 429) counters.refused++
      else counters.other.push(status)
      counters.slowest = Math.max(counters.slowest, ms)
    }
  }
  await Promise.all(Array.from({ length: 20 }, worker))
  return counters
}

const said = (target: Target, what: string) => target.output().split(what).length - 1
const DOWN = 'Redis does not answer'
const UP = 'Redis answers again'

describe.skipIf(!installed)('case 111: limits of two processes that share a Redis', () => {
  let redis: Redis
  let pile: ComicPile
  let both: [Target, Target]
  beforeAll(async () => {
    redis = await startRedis()
    pile = await comicPile()
    const { url } = await freshDatabase()
    await pile.seed(url)
    const start = () => pile.start({ url, dial: 2, realTime: true, env: { REDIS_URL: redis.url } })
    both = [await start(), await start()]
  })
  afterAll(async () => {
    await pile?.stop()
    await redis?.stop()
  })

  test('count together: one address is served as often as by one process', async () => {
    const [one, two] = await Promise.all(both.map((target) => burst(target, from(1), 200)))
    expect([...one!.other, ...two!.other]).toEqual([])
    expect(one!.served + two!.served).toBe(LIMIT)
    expect(one!.refused + two!.refused).toBe(100)
  })

  test('case 115: go on in each process when Redis is killed mid-way, and say so once', async () => {
    const bursts = both.map((target) => burst(target, from(2), 400))
    await sleep(50)
    await redis.kill()
    const counters = await Promise.all(bursts)
    for (const { served, refused, other } of counters) {
      expect(other).toEqual([])
      expect(served).toBeLessThanOrEqual(2 * LIMIT)
      expect(served + refused).toBe(400)
    }
    // A long time after the first failure another one is not reported.
    await sleep(PAUSE)
    for (const target of both) {
      const { served, refused, other } = await burst(target, from(3), LIMIT + 50)
      expect([served, refused, other]).toEqual([LIMIT, 50, []])
      expect(said(target, DOWN)).toBe(1)
      expect((await target.ask('GET', '/api/threads/')).status).toBe(200)
    }
  })

  test('are shared again when Redis is back', async () => {
    await redis.startAgain()
    await sleep(PAUSE)
    for (const target of both) await burst(target, from(4), 5)
    const [one, two] = await Promise.all(both.map((target) => burst(target, from(5), 200)))
    expect(one!.served + two!.served).toBe(LIMIT)
    for (const target of both) expect([said(target, DOWN), said(target, UP)]).toEqual([1, 1])
  })

  test('do not hold the app up when Redis keeps silent', async () => {
    redis.freeze()
    const [one] = await Promise.all(both.map((target) => burst(target, from(6), 100)))
    redis.resume()
    expect([one!.served, one!.other]).toEqual([100, []])
    expect(one!.slowest).toBeLessThan(2_500)
  })
})

test.skipIf(!installed)('an app starts while its Redis is away, and counts alone', async () => {
  const redis = await startRedis()
  await redis.stop()
  const pile = await comicPile()
  const { url } = await freshDatabase()
  await pile.seed(url)
  const target = await pile.start({ url, dial: 2, realTime: true, env: { REDIS_URL: redis.url } })
  const { served, refused, other } = await burst(target, from(7), LIMIT + 20)
  expect([served, refused, other]).toEqual([LIMIT, 20, []])
  expect(said(target, DOWN)).toBe(1)
  await pile.stop()
})
