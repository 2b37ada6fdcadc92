import { AsyncLocalStorage } from 'node:async_hooks'
import type { Acting } from '../../../core/context.js'
import { shared } from '../../../core/process/store.js'
import { meaningOf, nameOf } from '../../../sql/meaning.js'
import type { Callback, PgPool, Portal, Submittable } from './driver/driver.js'
import type { Session } from './session.js'
import { temporaryNames } from './statements/leaves.js'
import { upToSync } from './wire/answers.js'
import { keepNothing } from './wire/naming.js'

interface Opened {
  readonly text: string
  /** as they were given, for comparison */
  readonly values: readonly unknown[]
  /** as pg has sent them: texts, bytes and nulls */
  bound: readonly unknown[]
}

/** The state that statements of users left on a connection. */
export interface LeftState {
  /** The user who left something; null: nothing is left. */
  by: string | null
  /** What the app set while the connection opened. It stays: each undo sets it again. */
  readonly opening: Opened[]
  /** The one of them that is being answered. */
  noted: Opened | null
  /** The temporary tables that it made; any later statement may have put rows into them. */
  readonly tables: Set<string>
  /** Whether a pool manages the connection, and so says when it is open. */
  pooled: boolean
  /** Whether it has been handed to a request. Without a pool: whether a user's query has read or written. */
  opened: boolean
  /** Whether a pool has just handed it out for the first time: a library may still set it up. */
  fresh: boolean
  /** How many answers of an undo are still expected. */
  undoing: number
}

export const nothingLeft = (): LeftState => ({
  by: null,
  opening: [],
  noted: null,
  tables: new Set(),
  pooled: false,
  opened: false,
  fresh: false,
  undoing: 0,
})

// Prepared statements stay, and so do the startup options, including role and user.
const UNDO = 'close all; discard temp; reset role; reset all'
/** How many statements of an opening are sent again. */
const MOST = 100

// An AsyncLocalStorage in use costs every promise of the process some nanoseconds: only where a pool has such listeners.
const opening = new AsyncLocalStorage<Session>()
const pools = shared('pools with a connect listener', () => ({ seen: false }))

/** Notes whether a pool has a `connect` listener, or `onConnect`; what it does later belongs to the opening too. */
export function noteListeners(pool: PgPool): void {
  pools.seen ||= typeof pool.options?.onConnect === 'function' || (pool.listenerCount?.('connect') ?? 0) > 0
}

/** Wraps the callback of a connection that opens: what it does, at once or later, belongs to the opening. */
export function whileOpening(session: Session, done: unknown): unknown {
  if (typeof done !== 'function' || !pools.seen) return done
  return function (this: unknown, ...results: unknown[]) {
    return opening.run(session, () => (done as Callback).apply(this, results))
  }
}

/** How a query belongs to the opening of its connection: sent by a listener, or before it is in use. */
export type Opening = 'listener' | 'early' | null

/** Determined at the public call, because pg queues queries. */
export function openingOf(session: Session): Opening {
  if (pools.seen && opening.getStore() === session) return 'listener'
  const { left } = session
  if (!left.opened) return 'early'
  if (left.fresh && isSetUpByLibrary()) return 'listener'
  left.fresh = false
  return null
}

/**
 * What libraries run on a connection that a pool of pg has handed to them for the first time: `onCreateConnection` of
 * Kysely; `schema`, and the event `connect`, of pg-promise.
 */
const SETUPS = [
  /\bacquireConnection \(.*[\\/]kysely[\\/].*postgres-driver\.js/,
  /[\\/]pg-promise[\\/]lib[\\/]connect\.js/,
]

/** Nothing else distinguishes it from a request's first query. Called once for each connection, and for what sets it up. */
function isSetUpByLibrary(): boolean {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  return SETUPS.some((setup) => setup.test(stack))
}

/** Undoes what one user left on the connection before the next user's query, under a Sync of its own. */
export function keepApart(session: Session, asked: Submittable, who: Acting | null, during: Opening): void {
  const { left, statement } = session
  const user = who?.kind === 'user' ? `user ${who.id}` : (who?.kind ?? 'none')
  if (isPartOfOpening(session, during)) {
    if (statement.leaves || fills(session)) note(left, session.text, valuesOf(asked))
    if (statement.leaves === 'objects') {
      for (const name of temporaryNames(session.text)) left.tables.add(name)
      left.by = user
    }
    if (statement.leaves || left.pooled || during === 'listener') return
    if (!statement.bare && who?.kind === 'user') left.opened = true
  }
  // Before control statements without a user, too: a transaction that they begin could not be undone in, and SHOW reads a setting.
  if (left.by !== null && left.by !== user && session.status === 'I') undo(session)
  if (statement.leaves || (left.tables.size > 0 && !statement.bare)) left.by = user
}

/** Whether a statement of the opening names a temporary table that the opening made. */
const fills = ({ left, text }: Session): boolean =>
  left.tables.size > 0 && meaningOf(text).some((token) => left.tables.has(nameOf(token) ?? ''))

/** Without a pool nothing says whether a connection is in use: rows are never treated as the app's setup. */
function isPartOfOpening({ left, statement }: Session, during: Opening): boolean {
  if (during === 'listener' || (during === 'early' && left.pooled)) return true
  return during === 'early' && !left.opened && statement.leaves !== 'objects'
}

/** A repeated statement counts once; of too many only the newest are kept. */
function note(left: LeftState, text: string, values: readonly unknown[]): void {
  const { opening } = left
  const before = opening.findIndex((one) => one.text === text && String(one.values) === String(values))
  if (before >= 0) opening.splice(before, 1)
  left.noted = { text, values, bound: [] }
  opening.push(left.noted)
  if (opening.length > MOST) opening.shift()
}

/** Keeps the values of a statement of the opening as pg sends them, which it does once. */
export function noteBound({ left }: Session, { values, valueMapper }: Portal): void {
  if (left.noted) left.noted.bound = valueMapper ? values.map((value) => valueMapper(value)) : values
}

/** Forgets a statement of the opening that the server has refused: what the app tries and does without sets nothing. */
export function forgetRefused({ left }: Session): void {
  const at = left.noted ? left.opening.indexOf(left.noted) : -1
  if (at >= 0) left.opening.splice(at, 1)
  left.noted = null
}

/** The values of a query's parameters. */
export const valuesOf = ({ values }: Pick<Submittable, 'values'>): readonly unknown[] =>
  Array.isArray(values) ? values : []

function undo(session: Session): void {
  const { left, wire } = session
  left.by = null
  // They may have been prepared under settings that are being reset.
  keepNothing(session)
  wire.stream.cork?.()
  try {
    answered(session)
    wire.query(UNDO)
    for (const one of left.opening) {
      if (one === left.noted) continue // it is sent next
      answered(session)
      sendAgain(session, one)
    }
  } catch (error) {
    // Half of it is written: nothing says which answer belongs to which.
    wire.stream.destroy(error as Error)
    throw error
  } finally {
    wire.stream.uncork?.()
  }
}

function sendAgain({ wire }: Session, { text, values, bound }: Opened): void {
  if (values.length === 0) {
    wire.query(text)
    return
  }
  wire.parse({ name: '', text, types: [] }, true)
  wire.bind({ portal: '', statement: '', values: bound as string[], binary: false }, true)
  wire.execute({ portal: '', rows: 0 }, true)
  wire.sync()
}

function answered(session: Session): void {
  session.left.undoing++
  session.awaits.push((event) => {
    if (event === 'errorMessage')
      session.wire.stream.destroy(
        new Error('usertwo: what another user left on the connection could not be undone; it was closed.'),
      )
    if (event === 'readyForQuery') session.left.undoing--
    return upToSync(event, session)
  })
}
