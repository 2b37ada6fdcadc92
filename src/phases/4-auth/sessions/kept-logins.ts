import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../../config/config.js'
import { slot } from '../../../core/slot.js'
import type { AccessClaims } from './access-token.js'

/** The largest difference in speed between two processes' clocks over that time, with a reserve. */
const MARGIN = 1.1

/** Bound when this is loaded: a test of the app may stop the clock, and entries would never expire. */
const steadyNow = performance.now.bind(performance)
const wallNow = Date.now

export interface Moment {
  steady: number
  wall: number
}

export const moment = (): Moment => ({ steady: steadyNow(), wall: wallNow() })

/** Whether that was less than `ms` ago, by both clocks: the steady one stops while the machine is suspended. */
function isWithin(ms: number, { steady, wall }: Moment): boolean {
  const passed = wallNow() - wall
  return steadyNow() - steady < ms && passed >= 0 && passed < ms
}

/** Remembers answers about logins for `ms`, counted from when the query was sent. */
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
 * Waits until no process uses an answer from before now. Every operation that ends a login waits for this
 * after its commit and before it answers. A later request then cannot meet an older answer. This needs no
 * message that could be late or lost, and no synchronised clocks; they only have to run at the same speed.
 */
export async function untilForgotten({ auth }: Pick<Config, 'auth'>): Promise<void> {
  await sleepUntil(steadyNow() + auth.lookUpEvery * MARGIN)
}

/** Waits until that moment of the steady clock, and never less. */
export async function sleepUntil(until: number): Promise<void> {
  // A timer counts from the beginning of its event loop turn, so it may fire early by the length of that turn.
  while (steadyNow() < until) await sleep(until - steadyNow())
}
