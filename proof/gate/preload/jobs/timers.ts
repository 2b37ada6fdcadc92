import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import { promisify } from 'node:util'
import { callers, frameAt, isAppFrame, isOwn } from './callers.js'
import { inRequest } from './context.js'

/** Where the app set a timer. */
interface Origin {
  /** file:line of the app */
  at: string
  /** the file that set it, which may be a package's: a scheduler sets its next timer itself */
  by: string
}

/** A timer that has not been called yet. */
interface Waiting extends Origin {
  due: number
  call(): unknown
  isOver(): boolean
}

type Handle = NodeJS.Timeout & { _destroyed?: boolean }
type Work = (...given: unknown[]) => unknown

/** Shorter timers are called by themselves in time. Milliseconds. */
const SHORT_MS = 1_000
/** How often the timers of one place are called: a scheduler that waits for a month sets a timer for each day. */
const MOST_CALLS = 35

/** The timer of the app that the running code belongs to. */
export const timerOrigin = new AsyncLocalStorage<Origin>()
/** How often timers were called, by the place where they were set. */
export const timerCalls = new Map<string, number>()
const waiting = new Set<Waiting>()

/** Keeps the timers that the app, or a scheduler that it called, sets outside every request. */
export function watchTimers(): void {
  const { setTimeout, setInterval } = timers
  const own = {
    setTimeout: Object.defineProperty(
      watched(setTimeout, false),
      promisify.custom,
      Object.getOwnPropertyDescriptor(setTimeout, promisify.custom)!,
    ),
    setInterval: watched(setInterval as typeof setTimeout, true),
  }
  Object.assign(timers, own)
  Object.assign(globalThis, own)
  syncBuiltinESMExports()
}

const watched = (set: typeof setTimeout, repeats: boolean) =>
  function watching(work: Work, delay?: number, ...given: unknown[]): Handle {
    const place = inRequest() ? null : setBy(timerOrigin.getStore())
    if (!place) return set(work, delay, ...given)
    const called = function (this: unknown, ...more: unknown[]) {
      timerCalls.set(place.at, (timerCalls.get(place.at) ?? 0) + 1)
      return timerOrigin.run(place, () => Reflect.apply(work, this, more))
    }
    const timer = set(called, delay, ...given) as Handle
    const call = () => {
      if (!repeats) clearTimeout(timer)
      return Reflect.apply(called, timer, given)
    }
    if (Number(delay) >= SHORT_MS)
      waiting.add({
        ...place,
        due: Date.now() + Number(delay),
        call,
        isOver: () => timer._destroyed === true,
      })
    return timer
  }

/** Where a timer is set, if it is the app's; a timer that a job sets is the job's if the same file set that one. */
function setBy(outer: Origin | undefined): Origin | null {
  const frames = callers()
  const by = frames[0]?.file
  if (by === undefined || isOwn(by)) return null
  if (outer) return by === outer.by ? outer : null
  const app = frames.find(isAppFrame)
  return app ? { at: frameAt(app), by } : null
}

/** Takes the timer that is due first, of a place that may still be called; null: none. */
export function nextTimer(): Waiting | null {
  for (const one of waiting) if (one.isOver()) waiting.delete(one)
  const possible = [...waiting].filter(({ at }) => (timerCalls.get(at) ?? 0) < MOST_CALLS)
  const next = possible.sort((a, b) => a.due - b.due)[0] ?? null
  if (next) waiting.delete(next)
  return next
}
