import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../../config/config.js'
import { slot } from '../../../core/slot.js'
import type { AccessClaims } from './access-token.js'

/** By how much less than another's a clock may run in that time, and then some. */
const MARGIN = 1.1

/** As they are when this is loaded: a test of the app may stop the clock, and what is kept would be for ever. */
const steadyNow = performance.now.bind(performance)
const wallNow = Date.now

export interface Moment {
  steady: number
  wall: number
}

export const moment = (): Moment => ({ steady: steadyNow(), wall: wallNow() })

/** Whether that was less than `ms` ago, by both clocks: the steady one stands while the machine is suspended. */
function isWithin(ms: number, { steady, wall }: Moment): boolean {
  const passed = wallNow() - wall
  return steadyNow() - steady < ms && passed >= 0 && passed < ms
}

/** What was answered of a login, as long as it is believed: `ms` from when the question was sent. */
export function keptLogins<Answer>(ms: number) {
  const kept = slot<AccessClaims, { asked: Moment; answer: Answer | undefined }>()
  return {
    get(claims: AccessClaims): Answer | undefined {
      const found = kept.get(claims)
      return found && isWithin(ms, found.asked) ? found.answer : undefined
    },
    keep(claims: AccessClaims, answer: Answer | undefined, asked: Moment): void {
      kept.set(claims, { asked, answer })
    },
  }
}

/**
 * Waits until no process believes any more what it was told before now. Whatever ends a login waits for it after its
 * commit and before it says so: whoever is asked later has been told later than that, without a message that could be
 * late or lost, and without clocks that agree; they only have to run alike.
 */
export async function untilForgotten({ auth }: Pick<Config, 'auth'>): Promise<void> {
  await sleepUntil(steadyNow() + auth.lookUpEvery * MARGIN)
}

/** Waits until that moment of the steady clock, and never less. */
export async function sleepUntil(until: number): Promise<void> {
  // A timer counts from the beginning of its turn, and may be early by all that the turn took.
  while (steadyNow() < until) await sleep(until - steadyNow())
}
