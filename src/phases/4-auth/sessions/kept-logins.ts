import { slot } from '../../../core/slot.js'
import type { AccessClaims } from './access-token.js'

/** Bound when this is loaded: a test of the app may stop the clock, and entries would never expire. */
export const steadyNow = performance.now.bind(performance)
const wallNow = Date.now

export interface Moment {
  steady: number
  wall: number
}

export const moment = (): Moment => ({ steady: steadyNow(), wall: wallNow() })

/** Whether that was less than `ms` ago, by both clocks: the steady one stops while the machine is suspended. */
export function isWithin(ms: number, { steady, wall }: Moment): boolean {
  const passed = wallNow() - wall
  return steadyNow() - steady < ms && passed >= 0 && passed < ms
}

/** Users whose logins this process is ending, and since when, by the steady clock; null: all users. */
export const ending = new Map<string | null, number>()

/** Whether this process has ended logins of the user since that moment. */
const isEnded = (user: string, { steady }: Moment) =>
  ending.size > 0 && Math.max(ending.get(user) ?? -1, ending.get(null) ?? -1) >= steady

/** Remembers answers about logins for `ms`, counted from when the query was sent. */
export function keptLogins<Answer>(ms: number) {
  const kept = slot<AccessClaims, { asked: Moment; answer: Answer | undefined }>()
  return {
    get(claims: AccessClaims): Answer | undefined {
      const found = kept.get(claims)
      return found && isWithin(ms, found.asked) && !isEnded(claims.sub, found.asked)
        ? found.answer
        : undefined
    },
    keep(claims: AccessClaims, answer: Answer | undefined, asked: Moment): void {
      kept.set(claims, { asked, answer })
    },
  }
}
