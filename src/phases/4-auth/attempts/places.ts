import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../../core/clock.js'
import { Problem } from '../../../core/problem.js'
import { BoundedMap } from '../bounded-map.js'
import { tooManyAtOnce } from '../passwords/passwords.js'

/** `busy`: attempts in progress may give their places back; a number: seconds until there is a place again. */
export type Taken = 'taken' | 'busy' | number

/** Counts places for attempts that may be wrong, for each key and across all processes. */
export interface Budget {
  /** Takes a place before the password is verified, so that a hundred simultaneous attempts count as a hundred. */
  take(key: string): Promise<Taken>
  /** Ends an attempt: a wrong one uses up its place, any other gives it back. */
  settle(key: string, wrong: boolean): Promise<void>
}

export interface Place {
  settle(wrong: boolean): Promise<void>
}

export interface Places {
  /** Takes a place, or returns the seconds until there is one. Waits while attempts in progress may give theirs back. */
  take(key: string): Promise<Place | number>
  /** Seconds until there is a place, as far as this process remembers. */
  left(key: string): number
}

/** How often places given back by other processes are looked for. ms */
const AGAIN = 100
/** The longest that the first in line waits for attempts in progress. ms */
const PATIENCE = 10_000
/** The longest an attempt waits for its query of the budget: less than the timeout of one query. ms */
const TURN_PATIENCE = 4_000
/** How many may wait in a process, on all keys together. */
const MOST_WAITING = 1_024
/** How many refusals are remembered, so that a flood of attempts sends no further queries. */
const MOST_REFUSED = 10_000

/**
 * Returns a function that does the work of each key in turn. When one fails, those behind it fail with it, unless the
 * failure `concerns` that one alone.
 */
function inTurns(concerns: (error: unknown) => boolean) {
  const last = new Map<string, Promise<unknown>>()
  return <Made>(key: string, work: () => Promise<Made>): Promise<Made> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work)
    const over = mine.catch((error: unknown) => {
      if (!concerns(error)) throw error
    })
    const forget = () => {
      if (last.get(key) === over) last.delete(key)
    }
    last.set(key, over)
    over.then(forget, forget)
    return mine
  }
}

/** Attempts queue by key: the first one queries the budget, the others wait for it. */
export const places = (budget: Budget, clock: Clock): Places => new PlacesByKey(budget, clock)

class PlacesByKey implements Places {
  readonly #budget: Budget
  readonly #clock: Clock
  readonly #refused = new BoundedMap<string, number>(MOST_REFUSED)
  readonly #wakes = new Map<string, () => void>()
  readonly #inLine = inTurns((error) => error instanceof Problem)
  readonly #alone = inTurns(() => false)
  #waiting = 0

  constructor(budget: Budget, clock: Clock) {
    this.#budget = budget
    this.#clock = clock
  }

  left(key: string): number {
    const seconds = ((this.#refused.get(key) ?? 0) - this.#clock.now().getTime()) / 1000
    if (seconds <= 0) this.#refused.delete(key)
    return Math.max(0, seconds)
  }

  async take(key: string): Promise<Place | number> {
    const seconds = this.left(key)
    if (seconds > 0) return seconds
    if (this.#waiting >= MOST_WAITING) throw tooManyAtOnce()
    this.#waiting++
    try {
      return await this.#inLine(key, () => this.#asFirst(key).finally(() => this.#wakes.delete(key)))
    } finally {
      this.#waiting--
    }
  }

  /**
   * Queries the budget, one attempt at a time: a storm of attempts leaves the database and this process to others in
   * between. If a query fails, or its attempt has waited longer than `TURN_PATIENCE`, every attempt queued behind it fails
   * too: otherwise each would wait for another timeout of a database that does not answer or has no free connection.
   */
  #query(key: string): Promise<Taken> {
    const until = performance.now() + TURN_PATIENCE
    return this.#alone('', async () => {
      if (performance.now() > until) throw tooManyAtOnce()
      return this.#budget.take(key)
    })
  }

  async #asFirst(key: string): Promise<Place | number> {
    const until = performance.now() + PATIENCE
    for (;;) {
      const seconds = this.left(key)
      if (seconds > 0) return seconds
      const woken = new Promise<void>((wake) => this.#wakes.set(key, wake))
      const taken = await this.#query(key)
      if (taken === 'taken') return { settle: (wrong) => this.#settle(key, wrong) }
      if (taken !== 'busy') {
        this.#refused.set(key, this.#clock.now().getTime() + taken * 1000)
        return taken
      }
      if (performance.now() > until) throw tooManyAtOnce()
      await Promise.race([woken, sleep(AGAIN, undefined, { ref: false })])
    }
  }

  async #settle(key: string, wrong: boolean): Promise<void> {
    await this.#budget.settle(key, wrong)
    this.#wakes.get(key)?.()
  }
}

/** The answer to too many attempts, by address or by account. */
export function tooMany(seconds: number): Problem {
  const wait = Math.max(1, Math.ceil(seconds))
  return new Problem(
    'rate_limited',
    `Please try again in ${wait} seconds.`,
    {},
    { 'Retry-After': String(wait) },
  )
}
