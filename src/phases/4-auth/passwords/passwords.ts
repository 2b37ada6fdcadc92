import { availableParallelism } from 'node:os'
import { lazily, packages } from '../../../core/packages.js'
import { Problem } from '../../../core/problem.js'
import { ownThread } from '../../../core/process/own-thread.js'
import { API_TEXTS } from '../words/en-api.js'
import type * as worker from './hash-worker.js'
import { ARGON2ID, ARGON2ID_PREFIX, DIGEST_PREFIX, isKnownHash, NO_ARGON2ID } from './password-formats.js'
import { FIRST_TRIED, tooEasy } from './password-policy.js'

/** How many may wait, and how many are hashed at the same time: one core stays free for other work. */
export const QUEUE = 64
export const THREADS = Math.max(1, availableParallelism() - 1)
const IDLE_MS = 60_000

type Worker = typeof worker

export interface Passwords {
  /**
   * Hashes the NFC form: depending on keyboard and system, an accented letter is one or two characters.
   * @throws Problem `unavailable` when too many are waiting
   */
  hash(password: string): Promise<string>
  /** Hashes a chosen password. @throws Problem `invalid_request` for the 18,000 most common ones (ASVS 6.2.4) */
  hashNew(password: string): Promise<string>
  /**
   * Whether `password` matches `stored`. Takes as long when nothing is stored, so that the time does not
   * reveal whether an account exists (ASVS 6.3.8). `as_sent`: it matches as sent, but not in its NFC form,
   * because the hash is older than that rule or is the app's own; it has to be hashed again.
   */
  verify(password: string, stored: string | null): Promise<boolean | 'as_sent'>
  /** whether it was made with other parameters than new ones, and has to be replaced at a good login (ASVS 11.4.2) */
  isOld(stored: string): boolean
  close(): Promise<void>
}

export const tooManyAtOnce = () =>
  new Problem('unavailable', API_TEXTS['refused.logins_many'], {}, { 'Retry-After': '2' })

export interface PasswordOptions {
  /** of bcrypt */
  cost: number
  /** default: bcrypt */
  kind?: 'bcrypt' | 'argon2id'
}

/** Hashes in worker threads, at most 64 waiting, so that a flood of logins does not stop other answers. */
export function passwords({ cost, kind = 'bcrypt' }: PasswordOptions): Passwords {
  const argon2id = kind === 'argon2id' ? ARGON2ID : NO_ARGON2ID
  const source = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js'
  let closing = async (): Promise<void> => {}
  const pool = lazily(() => {
    const made = new packages.piscina.Piscina({
      filename: new URL(source, import.meta.url).href,
      minThreads: 0,
      maxThreads: THREADS,
      maxQueue: QUEUE,
      idleTimeout: IDLE_MS,
      env: ownThread(),
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
  const marked = (made: string) => (kind === 'bcrypt' ? DIGEST_PREFIX + made : made)
  const task = (password: string) => ({ password: password.normalize('NFC'), cost, argon2id })
  const hash = async (password: string) => marked(await run('hash', task(password)))
  let dummy: Promise<string> | undefined
  return {
    hash,
    async hashNew(password) {
      const made = await run('hashNew', task(password))
      if (made === null) throw tooEasy(FIRST_TRIED)
      return marked(made)
    },
    async verify(password, stored) {
      dummy ??= hash('no account has this password')
      const known = stored !== null && isKnownHash(stored)
      const against = known ? stored : await dummy
      const digested = against.startsWith(DIGEST_PREFIX)
      const bare = digested ? against.slice(DIGEST_PREFIX.length) : against
      const fits = async (form: string) =>
        (await run('compare', { password: form, stored: bare, digested })) && known
      const nfc = password.normalize('NFC')
      if (await fits(nfc)) return true
      return nfc !== password && (await fits(password)) && 'as_sent'
    },
    isOld(stored) {
      if (kind === 'argon2id') return !stored.startsWith(ARGON2ID_PREFIX)
      return (
        !stored.startsWith(DIGEST_PREFIX) ||
        packages.bcrypt.getRounds(stored.slice(DIGEST_PREFIX.length)) !== cost
      )
    },
    close: () => closing(),
  }
}
