import { availableParallelism } from 'node:os'
import bcrypt from 'bcryptjs'
import { Piscina } from 'piscina'
import { Problem } from '../../core/problem.js'
import type * as worker from './hash-worker.js'

/** Marks hashes of a digest (see `hash-worker.ts`); a hash that begins with `$2` is bcrypt of the bare password. */
const PREFIX = 'bcrypt-hmac-sha256:'
const QUEUE = 64
const IDLE_MS = 60_000

type Worker = typeof worker

export interface Passwords {
  /** @throws Problem `unavailable` when too many are waiting */
  hash(password: string): Promise<string>
  /**
   * Whether `password` is what `stored` was made of. Takes as long when nothing is stored, so that the time does
   * not tell whether an account exists (ASVS 6.3.8).
   */
  verify(password: string, stored: string | null): Promise<boolean>
  /** made with another cost or without the digest: to be made anew at a good login (ASVS 11.4.2) */
  isOld(stored: string): boolean
  close(): Promise<void>
}

/** Hashes in worker threads, at most 64 waiting, so that a flood of logins does not stop other answers. */
export function passwords(options: { cost: number }): Passwords {
  const { cost } = options
  const source = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js'
  const pool = new Piscina({
    filename: new URL(source, import.meta.url).href,
    minThreads: 0,
    maxThreads: Math.max(1, availableParallelism() - 1),
    maxQueue: QUEUE,
    idleTimeout: IDLE_MS,
  })
  const run = async <Name extends keyof Worker>(
    name: Name,
    task: Parameters<Worker[Name]>[0],
  ): Promise<ReturnType<Worker[Name]>> => {
    try {
      return await pool.run(task, { name })
    } catch (error) {
      if (error instanceof Error && /queue/i.test(error.message))
        throw new Problem('unavailable', 'Too many logins at once.', {}, { 'Retry-After': '2' })
      throw error
    }
  }
  const hash = async (password: string) => PREFIX + (await run('hash', { password, cost }))
  let nobody: Promise<string> | undefined
  return {
    hash,
    async verify(password, stored) {
      nobody ??= hash('nobody has this password')
      const against = stored ?? (await nobody)
      const digested = against.startsWith(PREFIX)
      const bare = digested ? against.slice(PREFIX.length) : against
      const same = await run('compare', { password, stored: bare, digested })
      return same && stored !== null
    },
    isOld: (stored) => !stored.startsWith(PREFIX) || bcrypt.getRounds(stored.slice(PREFIX.length)) !== cost,
    close: () => pool.destroy(),
  }
}
