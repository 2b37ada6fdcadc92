import type { Logger } from 'pino'
import { shared } from '../../../core/process/store.js'

/** One event in a layer that an operator should know of. Holds no value of the app's except a user's id. */
export type Noted =
  /** the owner's id in a query became the current user */
  | { what: 'rewritten'; table: string; column: string }
  /** an insert gave a generated key: kept only if a row of the same user has it, or had it and may be restored */
  | { what: 'key'; table: string; column: string }
  /** text that the query layer cannot scope named an owned table: bound by the database alone */
  | { what: 'raw'; kind: 'raw' | 'table' | 'join'; sql: string }
  /** a job queried users' rows without a user, and was refused; `at` is `''` where the place of its call is not known */
  | { what: 'no user'; at: string; sql: string }
  /** work began as the system */
  | { what: 'system'; reason: string }
  /**
   * a table in `report` let pass what `enforce` hides; `rows` of other users that the statement reached,
   * above 64 a minimum, null: not known
   */
  | { what: 'let pass'; table: string; verb: string; rows: number | null; sql: string; person: string }

/** How often it was seen, with the rows of all times together. */
export type Counted = Noted & { times: number }

/** The stable name of each kind in the log, and its message. */
const EVENTS = {
  rewritten: ['isolation.rewritten', 'the owner’s id in a query became the current user'],
  key: [
    'isolation.key',
    'an insert gave a key that the database makes: dropped, unless a row of the same user has it',
  ],
  raw: ['isolation.raw', 'raw SQL names an owned table: the database alone keeps it to the current user'],
  'no user': [
    'isolation.no-user',
    'a query outside every request reached users’ rows and names no user: it was refused',
  ],
  'let pass': ['isolation.let-pass', 'a table in report let pass what enforce would keep back'],
} as const

const LEVELS: { [What in Noted['what']]?: 'warn' | 'error' } = { 'let pass': 'warn', 'no user': 'error' }

/** How many different events are kept separately; later ones are counted together, by kind. */
const MOST = 1_000
const FURTHER = 'and others'

export interface Counters {
  note(one: Noted): void
  /** all events so far, in the order of their first occurrence */
  all(): Counted[]
}

/** Counts events in memory, and reports each different one at its 1st, 10th, 100th … time. */
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

/** Writes what the counters report as one log line each; work as the system has its own lines. */
export function toLog(log: Logger): (one: Counted) => void {
  return ({ what, ...rest }) => {
    if (what === 'system') return
    const [event, words] = EVENTS[what]
    log[LEVELS[what] ?? 'info']({ event, ...rest }, words)
  }
}

function keyOf(one: Noted): string {
  return JSON.stringify({ ...one, rows: undefined })
}

function together(one: Noted): Noted {
  if (one.what === 'rewritten' || one.what === 'key') return { ...one, table: FURTHER, column: FURTHER }
  if (one.what === 'raw') return { ...one, kind: 'raw', sql: FURTHER }
  if (one.what === 'system') return { ...one, reason: FURTHER }
  if (one.what === 'no user') return { ...one, at: FURTHER, sql: FURTHER }
  return { ...one, sql: FURTHER, person: FURTHER }
}

// The gate reads the app's process through its preload, which does not share the app's copy of this package.
const gate = shared('counters', () => ({ counters: null as Counters | null }))

/** Makes these counters the ones that the gate reads; null removes them. */
export function showToGate(counters: Counters | null): void {
  gate.counters = counters
}
