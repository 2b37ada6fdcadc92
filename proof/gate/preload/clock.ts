import { IncomingMessage, Server } from 'node:http'
import { CLOCK_HEADER } from './orders.js'

/** A small seeded generator (mulberry32): the same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * Returns the same value for nearly all calls of a request, so that code which draws random numbers before
 * the app does not change the app's.
 */
function steady(seed: number): () => number {
  const next = seeded(seed)
  let value = next()
  let calls = 0
  return () => {
    // Code that draws until it gets a new number must not loop forever.
    if (++calls % 1000 === 0) value = next()
    return value
  }
}

let leap: (to: number) => void = () => {}

/** Sets the process's clock to a moment, ms since 1970, where it stays; nothing if the process has the real clock. */
export const leapTo = (to: number): void => leap(to)

let waits: (ms: number) => () => void = () => () => {}

/**
 * Returns what moves a clock that stands still on by `ms` from now, for code that has waited that long and asks whether it has.
 * It does nothing once another request has set the clock.
 */
export const movesOnBy = (ms: number): (() => void) => waits(ms)

/**
 * Gives the process a clock of the gate, which starts at `epoch` and runs on, or stops there. A request with
 * the clock header sets it to that moment and seeds the random numbers, so that the same traffic gets the
 * same answers.
 */
export function setClock(epoch: number, still = false): void {
  const RealDate = Date
  const started = performance.now()
  let fixed: number | null = still ? epoch : null
  leap = (to) => {
    fixed = to
  }
  let settings = 0
  waits = (ms) => {
    const [from, during] = [fixed, settings]
    return () => {
      if (fixed !== null && from !== null && during === settings) fixed = Math.max(fixed, from + ms)
    }
  }
  const now = () => fixed ?? Math.round(epoch + performance.now() - started)

  class GateDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length ? args : [now()]) as [number]))
    }
    static override now(): number {
      return now()
    }
  }
  globalThis.Date = GateDate as DateConstructor
  Math.random = seeded(epoch)

  const emit = Server.prototype.emit
  Server.prototype.emit = function timed(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const [req] = args
    if (event === 'request' && req instanceof IncomingMessage) {
      const given = req.headers[CLOCK_HEADER]
      if (typeof given === 'string') {
        fixed = Number(given)
        settings++
        Math.random = steady(fixed)
        // Node builds this object late, from as many raw headers as there once were.
        delete req.headersDistinct[CLOCK_HEADER]
        delete req.headers[CLOCK_HEADER]
        const at = req.rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === CLOCK_HEADER)
        if (at >= 0) req.rawHeaders.splice(at, 2)
      }
    }
    return Reflect.apply(emit, this, [event, ...args])
  } as typeof emit
}
