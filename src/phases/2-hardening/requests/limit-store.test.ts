import Module from 'node:module'
import type { Options, Store } from 'express-rate-limit'
import { describe, expect, it } from 'vitest'
import { testKit } from '../../../../test/support/hardened.js'
import { packages } from '../../../core/packages.js'
import { limitStore, withFallback } from './limit-store.js'

const options = { windowMs: 60_000 } as Options

/** Counts in memory until it is told to fail, as a store does whose server went away. */
function failing(): { store: Store; fail(is: boolean): void } {
  const memory = new packages.limits.MemoryStore()
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
    expect(limitStore(testKit(), 'public')).toBeInstanceOf(packages.limits.MemoryStore)
  })

  it('is refused with what to install when Redis is wanted without its packages', () => {
    const resolve = Module as unknown as { _resolveFilename(name: string, ...rest: unknown[]): string }
    const before = resolve._resolveFilename
    resolve._resolveFilename = (name, ...rest) => {
      if (name === 'rate-limit-redis')
        throw Object.assign(new Error('no such package'), { code: 'MODULE_NOT_FOUND' })
      return before.call(resolve, name, ...rest)
    }
    try {
      const kit = testKit({ env: { REDIS_URL: 'redis://:hunter2-hunter2@127.0.0.1:1' } })
      expect(() => limitStore(kit, 'public')).toThrow(
        /MODULE_NOT_FOUND.*npm install ioredis rate-limit-redis/,
      )
      expect(() => limitStore(kit, 'public')).not.toThrow(/hunter2/)
    } finally {
      resolve._resolveFilename = before
    }
  })

  it('goes on per process while the shared store fails, and says so once', async () => {
    const shared = failing()
    const said: string[] = []
    const store = withFallback(shared.store, new packages.limits.MemoryStore(), {
      lost: (error) => said.push(`lost: ${error}`),
      back: () => said.push('back'),
    })
    store.init!(options)
    expect((await store.increment('a')).totalHits).toBe(1)
    shared.fail(true)
    expect((await store.increment('a')).totalHits).toBe(1)
    expect((await store.increment('a')).totalHits).toBe(2)
    expect((await store.increment('a')).totalHits).toBe(3)
    expect(said).toEqual(['lost: Error: gone'])
  })

  it('falls back from the start when the shared store cannot begin', async () => {
    const { store: first } = failing()
    first.init = () => {
      throw new Error('no script')
    }
    const store = withFallback(first, new packages.limits.MemoryStore(), { lost() {}, back() {} })
    store.init!(options)
    expect((await store.increment('a')).totalHits).toBe(1)
    expect((await store.increment('a')).totalHits).toBe(2)
  })
})
