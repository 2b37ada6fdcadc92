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

interface Line {
  length: number
  last: Promise<unknown>
  wake: () => void
}

/**
 * Queries the budget, one attempt at a time: a storm of attempts leaves the database and this process to others in
 * between. If a query fails, or its attempt has waited longer than `TURN_PATIENCE`, every attempt queued behind it fails
 * too: otherwise each would wait for another timeout of a database that does not answer or has no free connection.
 */
function oneAtATime(budget: Budget): Budget['take'] {
  let lastAsked: Promise<unknown> = Promise.resolve()
  return (key) => {
    const until = performance.now() + TURN_PATIENCE
    const asked = lastAsked.then(() => {
      if (performance.now() > until) throw tooManyAtOnce()
      return budget.take(key)
    })
    lastAsked = asked
    asked.catch(() => {
      if (lastAsked === asked) lastAsked = Promise.resolve()
    })
    return asked
  }
}

interface Refusals {
  /** seconds; 0: it is not refused */
  left(key: string): number
  /** @returns the seconds */
  add(key: string, seconds: number): number
}

function rememberedRefusals(clock: Clock): Refusals {
  const refused = new BoundedMap<string, number>(MOST_REFUSED)
  return {
    left(key) {
      const until = refused.get(key)
      if (until === undefined) return 0
      const left = (until - clock.now().getTime()) / 1000
      if (left <= 0) refused.delete(key)
      return Math.max(0, left)
    },
    add(key, seconds) {
      refused.set(key, clock.now().getTime() + seconds * 1000)
      return seconds
    },
  }
}

/** Attempts queue by key: the first one queries the budget, the others wait for it. */
export function places(budget: Budget, clock: Clock): Places {
  const lines = new Map<string, Line>()
  const refusals = rememberedRefusals(clock)
  const ask = oneAtATime(budget)
  let waiting = 0

  const place = (key: string): Place => ({
    async settle(wrong) {
      await budget.settle(key, wrong)
      lines.get(key)?.wake()
    },
  })

  async function asFirst(key: string, line: Line): Promise<Place | number> {
    const until = performance.now() + PATIENCE
    for (;;) {
      const left = refusals.left(key)
      if (left > 0) return left
      const woken = new Promise<void>((wake) => (line.wake = wake))
      const taken = await ask(key)
      if (taken === 'taken') return place(key)
      if (taken !== 'busy') return refusals.add(key, taken)
      if (performance.now() > until) throw tooManyAtOnce()
      await Promise.race([woken, sleep(AGAIN, undefined, { ref: false })])
    }
  }

  return {
    left: refusals.left,

    async take(key) {
      const left = refusals.left(key)
      if (left > 0) return left
      if (waiting >= MOST_WAITING) throw tooManyAtOnce()
      const line = lines.get(key) ?? { length: 0, last: Promise.resolve(), wake: () => {} }
      lines.set(key, line)
      line.length++
      waiting++
      const mine = line.last.then(() => asFirst(key, line))
      line.last = mine.catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
      })
      line.last.catch(() => {})
      try {
        return await mine
      } finally {
        waiting--
        if (--line.length === 0) lines.delete(key)
      }
    },
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
