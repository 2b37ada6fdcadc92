import { availableParallelism } from 'node:os'
import { lazily, packages } from '../../core/packages.js'
import { Problem } from '../../core/problem.js'
import type * as worker from './hash-worker.js'
import { isKnownHash, OURS } from './password-formats.js'

/** How many may wait, and how many are hashed at once: a core is left to everybody else. */
export const QUEUE = 64
export const THREADS = Math.max(1, availableParallelism() - 1)
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

export const tooManyAtOnce = () =>
  new Problem('unavailable', 'Too many logins at once.', {}, { 'Retry-After': '2' })

/** Hashes in worker threads, at most 64 waiting, so that a flood of logins does not stop other answers. */
export function passwords(options: { cost: number }): Passwords {
  const { cost } = options
  const source = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js'
  let closing = async (): Promise<void> => {}
  const pool = lazily(() => {
    const made = new packages.piscina.Piscina({
      filename: new URL(source, import.meta.url).href,
      minThreads: 0,
      maxThreads: THREADS,
      maxQueue: QUEUE,
      idleTimeout: IDLE_MS,
    })
    closing = () => made.destroy()
    return made
  })
  const run = async <Name extends keyof Worker>(
    name: Name,
    task: Parameters<Worker[Name]>[0],
  ): Promise<Awaited<ReturnType<Worker[Name]>>> => {
    try {
      return await pool().run(task, { name })
    } catch (error) {
      if (error instanceof Error && /queue/i.test(error.message)) throw tooManyAtOnce()
      throw error
    }
  }
  const hash = async (password: string) => OURS + (await run('hash', { password, cost }))
  let nobody: Promise<string> | undefined
  return {
    hash,
    async verify(password, stored) {
      nobody ??= hash('nobody has this password')
      const known = stored !== null && isKnownHash(stored)
      const against = known ? stored : await nobody
      const digested = against.startsWith(OURS)
      const bare = digested ? against.slice(OURS.length) : against
      const same = await run('compare', { password, stored: bare, digested })
      return same && known
    },
    isOld: (stored) =>
      !stored.startsWith(OURS) || packages.bcrypt.getRounds(stored.slice(OURS.length)) !== cost,
    close: () => closing(),
  }
}
