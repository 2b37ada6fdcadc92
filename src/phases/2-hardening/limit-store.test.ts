import { createRequire } from 'node:module'
import { MemoryStore, type Options, type Store } from 'express-rate-limit'
import { describe, expect, it } from 'vitest'
import { testKit } from '../../../test/support/hardened.js'
import { limitStore, withFallback } from './limit-store.js'

const options = { windowMs: 60_000 } as Options

/** Counts in memory until it is told to fail, as a store does whose server went away. */
function failing(): { store: Store; fail(is: boolean): void } {
  const memory = new MemoryStore()
  let broken = false
  const store: Store = {
    init: (given) => memory.init(given),
    async increment(key) {
      if (broken) throw new Error('gone')
      return memory.increment(key)
    },
    decrement: (key) => memory.decrement(key),
    resetKey: (key) => memory.resetKey(key),
  }
  return {
    store,
    fail: (is) => {
      broken = is
    },
  }
}

describe('where limits count', () => {
  it('is memory without REDIS_URL', () => {
    expect(limitStore(testKit(), 'public')).toBeInstanceOf(MemoryStore)
  })

  const installed = () => {
    try {
      createRequire(import.meta.url).resolve('ioredis')
      return true
    } catch {
      return false
    }
  }
  it.runIf(!installed())('is refused with what to install when Redis is wanted without its packages', () => {
    const kit = testKit({ env: { REDIS_URL: 'redis://:hunter2-hunter2@127.0.0.1:1' } })
    expect(() => limitStore(kit, 'public')).toThrow(/npm install ioredis rate-limit-redis/)
    expect(() => limitStore(kit, 'public')).not.toThrow(/hunter2/)
  })

  it('goes on per process while the shared store fails, and says so once', async () => {
    const shared = failing()
    const said: unknown[] = []
    const store = withFallback(shared.store, new MemoryStore(), (error) => said.push(error))
    store.init!(options)
    expect((await store.increment('a')).totalHits).toBe(1)
    shared.fail(true)
    expect((await store.increment('a')).totalHits).toBe(1)
    expect((await store.increment('a')).totalHits).toBe(2)
    expect((await store.increment('a')).totalHits).toBe(3)
    expect(said).toHaveLength(1)
  })

  it('falls back from the start when the shared store cannot begin', async () => {
    const { store: first } = failing()
    first.init = () => {
      throw new Error('no script')
    }
    const store = withFallback(first, new MemoryStore(), () => {})
    store.init!(options)
    expect((await store.increment('a')).totalHits).toBe(1)
    expect((await store.increment('a')).totalHits).toBe(2)
  })
})
