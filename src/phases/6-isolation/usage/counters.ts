import type { Logger } from 'pino'
import { shared } from '../../../core/process/store.js'

/** One thing a layer did that somebody should know of. Holds no value of the app's but a person's id. */
export type Noted =
  /** the owner's id in a query became the current user */
  | { what: 'rewritten'; table: string; column: string }
  /** an insert gave a key that the database makes: kept only where it is, or may again be, that of a row of one's own */
  | { what: 'key'; table: string; column: string }
  /** text that the query layer cannot scope named an owned table: bound by the database alone */
  | { what: 'raw'; kind: 'raw' | 'table' | 'join'; sql: string }
  /** work began as the system */
  | { what: 'system'; reason: string }
  /**
   * a table in `report` let pass what `enforce` keeps back; `rows` of somebody else that the statement came to, above 64
   * at least so many, null: not known
   */
  | { what: 'let pass'; table: string; verb: string; rows: number | null; sql: string; person: string }

/** How often it was seen, with the rows of all times together. */
export type Counted = Noted & { times: number }

/** The stable name of each kind in the log, and what it says there. */
const EVENTS = {
  rewritten: ['isolation.rewritten', 'the owner’s id in a query became the current user'],
  key: [
    'isolation.key',
    'an insert gave a key that the database makes: dropped, unless it is that of a row of one’s own',
  ],
  raw: ['isolation.raw', 'raw SQL names an owned table: the database alone keeps it to the current user'],
  'let pass': ['isolation.let-pass', 'a table in report let pass what enforce would keep back'],
} as const

/** Different things kept apart; what comes after is counted together, by kind. */
const MOST = 1_000
const FURTHER = 'and others'

export interface Counters {
  note(one: Noted): void
  /** everything noted so far, in the order of its first time */
  all(): Counted[]
}

/**
 * Counts what the layers do, in memory. Each different thing is told at its 1st, 10th, 100th … time, so that a busy app
 * has few lines of it.
 */
export function openCounters(tell: (one: Counted) => void = () => {}): Counters {
  const seen = new Map<string, Counted>()
  return {
    note(one) {
      const kept = seen.size < MOST || seen.has(keyOf(one)) ? one : together(one)
      const key = keyOf(kept)
      const counted: Counted = seen.get(key) ?? { ...kept, ...('rows' in kept && { rows: 0 }), times: 0 }
      seen.set(key, counted)
      counted.times++
      if ('rows' in counted && 'rows' in one)
        counted.rows = one.rows === null || counted.rows === null ? null : counted.rows + one.rows
      if (/^10*$/.test(String(counted.times))) tell(counted)
    },
    all: () => [...seen.values()],
  }
}

/** Writes what the counters tell as one line of the log each; entries into the system have a line of their own each. */
export function toLog(log: Logger): (one: Counted) => void {
  return ({ what, ...rest }) => {
    if (what === 'system') return
    const [event, words] = EVENTS[what]
    log[what === 'let pass' ? 'warn' : 'info']({ event, ...rest }, words)
  }
}

function keyOf(one: Noted): string {
  return JSON.stringify({ ...one, rows: undefined })
}

function together(one: Noted): Noted {
  if (one.what === 'rewritten' || one.what === 'key') return { ...one, table: FURTHER, column: FURTHER }
  if (one.what === 'raw') return { ...one, kind: 'raw', sql: FURTHER }
  if (one.what === 'system') return { ...one, reason: FURTHER }
  return { ...one, sql: FURTHER, person: FURTHER }
}

// The gate asks the app's process through its preload, which is not of the app's copy of this package.
const gate = shared('counters', () => ({ counters: null as Counters | null }))

/** Makes counters those that the gate can ask for; null takes them away. */
export function showToGate(counters: Counters | null): void {
  gate.counters = counters
}
