import { AsyncLocalStorage } from 'node:async_hooks'
import { Server } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import { promisify } from 'node:util'
import { movesOnBy } from '../clock.js'
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
export interface Waiting extends Origin {
  due: number
  /** ms */
  delay: number
  repeats: boolean
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
/** Holds true in what a request has begun. The app as it was has no context of usertwo. */
const requests = new AsyncLocalStorage<true>()
let areHeld = false

/**
 * The watched timers stand still, or no longer. While they do, only the gate calls them: what a job does between two requests
 * would be taken for an effect of these requests.
 */
export const holdTimers = (held: boolean): void => {
  areHeld = held
}

/** Keeps the timers that the app, or a scheduler that it called, sets outside every request. */
export function watchTimers(): void {
  const { setTimeout, setInterval } = timers
  const { setTimeout: sleep, setInterval: tick } = promises
  const own = {
    setTimeout: watched(setTimeout, (place, work, delay, given) =>
      setAt(place, setTimeout, work, delay, given),
    ),
    setInterval: watched(setInterval as SetTimer, (place, work, delay, given) =>
      setAt(place, setInterval as SetTimer, work, delay, given, true),
    ),
  }
  const sleepAt = (place: Origin, delay?: number, value?: unknown, options?: PromiseOptions) =>
    new Promise((resolve) => {
      const timer = setAt(place, setTimeout, resolve as Work, delay, [value])
      if (options?.ref === false) timer.unref()
    })
  const asPromises = {
    setTimeout: watchedPromise(sleep, sleepAt),
    setInterval: watchedPromise(tick, async function* (place, delay, value, options) {
      for (;;) yield await sleepAt(place, delay, value, options)
    } as (...of: [Origin, ...PromiseTimer]) => AsyncIterableIterator<unknown>),
  }
  Object.defineProperty(own.setTimeout, promisify.custom, { value: asPromises.setTimeout, enumerable: true })
  Object.assign(timers, own)
  Object.assign(globalThis, own)
  Object.assign(promises, asPromises)
  syncBuiltinESMExports()
  const { emit } = Server.prototype
  Server.prototype.emit = function begun(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const go = () => Reflect.apply(emit, this, [event, ...args])
    return event === 'request' || event === 'upgrade' ? requests.run(true, go) : go()
  } as typeof emit
}

type SetTimer = typeof timers.setTimeout
type PromiseOptions = { ref?: boolean; signal?: AbortSignal }
type PromiseTimer = [delay?: number, value?: unknown, options?: PromiseOptions]

const watched = (
  set: SetTimer,
  setHere: (place: Origin, work: Work, delay: number | undefined, given: unknown[]) => Handle,
) =>
  function watching(work: Work, delay?: number, ...given: unknown[]): Handle {
    const place = placeHere()
    return place ? setHere(place, work, delay, given) : set(timed(work, delay), delay, ...given)
  }

/** What a request of the app waits for: the gate's clock has moved on by that when the work is called. */
function timed(work: Work, delay?: number): Work {
  if (!isOfRequest()) return work
  const ms = Number(delay) || 0
  let waited = movesOnBy(ms)
  return function (this: unknown, ...given: unknown[]) {
    waited()
    waited = movesOnBy(ms)
    return Reflect.apply(work, this, given)
  }
}

/** Those that a signal may end, and short ones, are left to Node. */
const watchedPromise = <Returned>(
  own: (...given: PromiseTimer) => Returned,
  set: (...of: [Origin, ...PromiseTimer]) => Returned,
) =>
  function watching(...[delay, value, options]: PromiseTimer): Returned {
    const isLeft = options?.signal !== undefined || !(Number(delay) >= SHORT_MS)
    const place = isLeft ? null : placeHere()
    if (place) return set(place, delay, value, options)
    const waited = isOfRequest() ? movesOnBy(Number(delay) || 0) : null
    const waiting = own(delay, value, options)
    if (!waited || !(waiting instanceof Promise)) return waiting
    return waiting.then((got) => {
      waited()
      return got
    }) as Returned
  }

function setAt(
  place: Origin,
  set: SetTimer,
  work: Work,
  delay: number | undefined,
  given: unknown[],
  repeats = false,
): Handle {
  const isLong = Number(delay) >= SHORT_MS
  const called = function (this: unknown, ...more: unknown[]) {
    timerCalls.set(place.at, (timerCalls.get(place.at) ?? 0) + 1)
    return timerOrigin.run(place, () => Reflect.apply(work, this, more))
  }
  const fired = function (this: Handle, ...more: unknown[]) {
    if (!areHeld || !isLong) return Reflect.apply(called, this, more)
    // It stays set, so that the app can still clear it.
    if (!repeats) this.refresh()
  }
  const timer = set(fired, delay, ...given) as Handle
  const call = () => {
    if (!repeats) clearTimeout(timer)
    return Reflect.apply(called, timer, given)
  }
  const isOver = () => timer._destroyed === true
  if (isLong)
    waiting.add({ ...place, due: Date.now() + Number(delay), delay: Number(delay), repeats, call, isOver })
  return timer
}

/** Where a timer is set that is the app's and outside every request; null: it is not. */
const placeHere = () => (inRequest() || requests.getStore() ? null : setBy(timerOrigin.getStore()))

/** Whether the app sets a timer while it answers a request. */
const isOfRequest = () => requests.getStore() === true && setBy(undefined) !== null

/** Where a timer is set, if it is the app's; a timer that a job sets is the job's if the same file set that one. */
function setBy(outer: Origin | undefined): Origin | null {
  const frames = callers()
  const by = frames[0]?.file
  if (by === undefined || isOwn(by)) return null
  if (outer) return by === outer.by ? outer : null
  const app = frames.find(isAppFrame)
  return app ? { at: frameAt(app), by } : null
}

/** The timers that wait, in the order of their time. */
function inOrder(): Waiting[] {
  for (const one of waiting) if (one.isOver()) waiting.delete(one)
  return [...waiting].sort((a, b) => a.due - b.due)
}

/** Returns the timers that wait, in the order of their time, and forgets those that are called once. */
export function takeTimers(): Waiting[] {
  const all = inOrder()
  for (const one of all) if (!one.repeats) waiting.delete(one)
  return all
}

/** A scheduler that looks each second whether it is time, as node-cron 3 does: a package that sets a short timer again. */
export const looksAtClock = ({ at, by, delay }: Waiting): boolean =>
  delay <= 60_000 && /[\\/]node_modules[\\/]/.test(by) && (timerCalls.get(at) ?? 0) > 2

/** Takes the timer that was set at a place; null: none. */
export function timerAt(place: string): Waiting | null {
  const next = inOrder().find(({ at }) => at === place) ?? null
  if (next) waiting.delete(next)
  return next
}

/** Takes the timer that is due first, of a place that may still be called; null: none. */
export function nextTimer(): Waiting | null {
  const next = inOrder().find(({ at }) => (timerCalls.get(at) ?? 0) < MOST_CALLS) ?? null
  if (next) waiting.delete(next)
  return next
}
