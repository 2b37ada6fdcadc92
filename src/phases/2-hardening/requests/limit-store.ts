import { createRequire } from 'node:module'
import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { ConfigError } from '../../../core/config-error.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { refuseOtherVersions } from '../../../core/optional/optional-package.js'
import { packages } from '../../../core/packages.js'

/** What we use of `ioredis`; an optional package, loaded only when REDIS_URL is set. */
interface Redis {
  call(command: string, ...args: string[]): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'connect', listener: () => void): void
  stream?: { unref?(): void }
  disconnect(): void
}
type RedisClass = new (url: string, options: Record<string, unknown>) => Redis
type RedisStoreClass = new (options: {
  sendCommand: (...args: string[]) => Promise<unknown>
  prefix: string
}) => Store

/** A command that takes longer counts as no answer: the limit must not slow what it protects. ms */
const PATIENCE = 500
/** After a failure Redis is left alone this long. ms */
const PAUSE = 5_000

/** One Redis of one app, and the limits that do without it just now. */
interface Shared {
  redis: Redis
  without: Set<string>
}

const shares = onePerApp(
  (kit): Shared => ({ redis: connectRedis(kit, kit.settings.REDIS_URL!), without: new Set() }),
)

/**
 * Where a limit counts: in memory, or with REDIS_URL in Redis, shared by all processes. When Redis does not answer,
 * each process counts alone until it does, so a limit never turns into none.
 *
 * @param name keeps the budgets of several limits apart
 * @throws ConfigError when REDIS_URL is set and the optional packages are not installed
 */
export function limitStore(kit: Kit, name: string): Store {
  const { REDIS_URL } = kit.settings
  const memory = new packages.limits.MemoryStore()
  if (!REDIS_URL) {
    kit.onDispose(async () => memory.shutdown())
    return memory
  }
  refuseOtherVersions('REDIS_URL', ['ioredis', 'rate-limit-redis'])
  const RedisStore = classIn<RedisStoreClass>('rate-limit-redis', 'RedisStore')
  const { redis, without } = shares(kit)
  const shared = new RedisStore({
    sendCommand: (...[command, ...args]) => redis.call(command!, ...args),
    prefix: `usertwo:${name}:`,
  })
  // It loads its scripts when it is made, and does not handle a failure of that, which must not end the process.
  for (const begun of Object.values(shared)) if (begun instanceof Promise) begun.catch(() => {})
  // Several limits lose the same Redis: its going and its coming are told once.
  return withFallback(shared, memory, {
    lost: (error) => {
      if (without.size === 0)
        kit.log.warn({ err: error }, 'Redis does not answer: limits count per process until it does')
      without.add(name)
    },
    back: () => {
      without.delete(name)
      if (without.size === 0) kit.log.info('Redis answers again: limits are shared')
    },
  })
}

/** A class by its name; ioredis 5.0 and rate-limit-redis 4.0 are the class themselves. */
function classIn<Class>(name: string, named: string): Class {
  const loaded = optional(name) as Record<string, Class>
  return loaded[named] ?? (loaded as Class)
}

function optional(name: string): unknown {
  const require = createRequire(import.meta.url)
  try {
    return require(name)
  } catch (error) {
    throw new ConfigError('The environment is not usable', [
      `REDIS_URL is set, but the package ${name} cannot be loaded (${(error as { code?: string }).code ?? 'error'}); run: npm install ioredis rate-limit-redis, or unset REDIS_URL`,
    ])
  }
}

function connectRedis(kit: Kit, url: string): Redis {
  const Redis = classIn<RedisClass>('ioredis', 'Redis')
  const redis = new Redis(url, {
    commandTimeout: PATIENCE,
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: true,
  })
  // Without a listener the first lost connection would end the process; the store says what it means.
  redis.on('error', () => {})
  // Nor may the connection keep a process running whose server has closed; who waits for an answer of it does.
  redis.on('connect', () => redis.stream?.unref?.())
  kit.onDispose(async () => redis.disconnect())
  return redis
}

/** What is told of the first store: when it stops answering, not at each failure, and when it answers again. */
export interface Outage {
  lost(error: unknown): void
  back(): void
}

/** `first` while it answers, `second` while it does not. */
export function withFallback(first: Store, second: Store, { lost, back }: Outage): Store {
  let pausedUntil = 0
  let away = false
  let ready: Promise<void> | undefined
  let options: Options
  async function askFirst<T>(way: (store: Store) => Promise<T> | T): Promise<T> {
    ready ??= Promise.resolve(first.init?.(options))
    await ready
    const answer = await way(first)
    // What was on its way when the store went may still arrive.
    if (away && performance.now() >= pausedUntil) {
      away = false
      back()
    }
    return answer
  }
  async function ask<T>(way: (store: Store) => Promise<T> | T): Promise<T> {
    if (performance.now() >= pausedUntil)
      try {
        return await askFirst(way)
      } catch (error) {
        ready = undefined
        pausedUntil = performance.now() + PAUSE
        if (!away) {
          away = true
          lost(error)
        }
      }
    return way(second)
  }
  return {
    localKeys: false,
    init(given) {
      options = given
      second.init?.(given)
    },
    get: (key) => ask((store) => store.get?.(key)),
    increment: (key): Promise<ClientRateLimitInfo> => ask((store) => store.increment(key)),
    decrement: (key) => ask((store) => store.decrement(key)),
    resetKey: (key) => ask((store) => store.resetKey(key)),
    shutdown: () => second.shutdown?.(),
  }
}
