import { createHash } from 'node:crypto'
import type { Binding } from '../binding.js'
import type { ServerMessage, Submittable } from '../driver/driver.js'
import type { Session } from '../session.js'
import { upToSync } from './answers.js'
import { isSteady, lookAt, type TellsRows } from './steady.js'

/** A text is kept once it was sent this often: a text that the app sends once would only fill the server's memory. */
const TIMES = 3
/** How many statements one connection keeps. */
const PLACES = 200
/** A statement may be replaced after this many queries without it; sooner, texts would replace each other. */
const IDLE = 2_000
/** PostgreSQL plans this many executions for their values, and may then keep one plan for all of them. */
const PLANNED = 5
/** A statement is prepared again after at most this many executions, because statistics and types of columns change. */
const SURE = 500
/** And after a generic plan took longer than `SLOW` ms, but not before `SOON` executions. */
const SLOW = 10
const SOON = 25
// Errors that a kept statement can cause before it runs, and a new one does not: it was deallocated, its
// result has another shape, or a parameter another type.
const STALE = /^(?:0A|22|26|42)/

/** A statement that the server keeps for one text. */
interface Kept {
  readonly name: string
  /** How often it was executed since it was prepared. */
  executed: number
  /** Whether one plan is as good for all values and all users; null: not examined yet. */
  steady: boolean | null
  /** How often it was sent since its plan was last examined. */
  since: number
  /** The connection's count when it was last sent. */
  at: number
}

/** The statements kept on one connection. */
export interface Keeping {
  /** By text, the least recently used first. */
  readonly statements: Map<string, Kept>
  /** Queries so far that might have been named. */
  count: number
  /** Names to close before the next binding. */
  readonly closing: string[]
  /** The current query, as long as it can be sent again: outside transactions, and before it runs. */
  again: Submittable | null
  /** The kept statement that it uses; null if it uses none. */
  reused: Kept | null
  sent: number
}

export const nothingKept = (): Keeping => ({
  statements: new Map(),
  count: 0,
  closing: [],
  again: null,
  reused: null,
  sent: 0,
})

/**
 * Lets a query be sent as a named statement, which PostgreSQL parses, analyses and rewrites once. Only
 * outside transactions, where a query that fails before it has run can be sent again.
 *
 * After some executions PostgreSQL may make one plan for all values, chosen by the values and user of that
 * moment: bad for a user with another number of rows. That plan is therefore examined first. If it is not
 * equally good for all users, the statement is prepared again whenever PostgreSQL would switch to it.
 */
export function keep(asked: Submittable, session: Session, binding: Binding, isUnique: TellsRows): void {
  const { keeping, statement, text, wire } = session
  if (session.status !== 'I' || asked.name) return
  keeping.again = asked
  if (!mayBeKept(asked, session)) return
  const { statements } = keeping
  keeping.count++
  let kept = statements.get(text)
  if (!kept) {
    if (++statement.times < TIMES || !makeRoom(session)) return
    kept = { name: nameOf(text), executed: 0, steady: statement.steps ? false : null, since: 0, at: 0 }
  }
  // Kept in order, for `makeRoom`; but not moved if it already is the last: a Map that deletes and adds an
  // entry each time is rebuilt.
  if (kept.at !== keeping.count - 1) statements.delete(text)
  kept.at = keeping.count
  statements.set(text, kept)
  if (++kept.since > SURE) {
    kept.since = 0
    kept.steady = statement.steps ? false : null
    takeBack(session, kept.name)
  }
  const isThere = wire.parsedStatements?.[kept.name] !== undefined
  if (isThere && kept.executed >= PLANNED && kept.steady === null) {
    look(kept, asked, session, binding, isUnique) // sent without its name this time: the plan is not known yet
    return
  }
  if (isThere && (kept.executed < PLANNED || kept.steady)) keeping.reused = kept
  else {
    takeBack(session, kept.name)
    kept.executed = 0
  }
  kept.executed++
  keeping.sent = performance.now()
  asked.name = kept.name
}

function mayBeKept(asked: Submittable, { names, statement, who }: Session): boolean {
  // The system acts in another role, and a statement kept for one role is planned again for the other.
  if (!names || !statement.keepable || asked.rows || who?.kind === 'system') return false
  // Without values it is sent as a text, which may contain several statements.
  return Array.isArray(asked.values) && (asked.values.length > 0 || statement.single)
}

function makeRoom(session: Session): boolean {
  const { count, statements } = session.keeping
  if (statements.size < PLACES) return true
  const [text, oldest] = statements.entries().next().value!
  if (count - oldest.at < IDLE) return false
  statements.delete(text)
  takeBack(session, oldest.name)
  return true
}

function look(kept: Kept, { values }: Submittable, session: Session, binding: Binding, isUnique: TellsRows) {
  kept.steady = false
  lookAt(kept.name, (values as unknown[]).length, binding, session, (plan) => {
    kept.steady = isSteady(plan, isUnique)
  })
}

/** Notes that the current query is answered. */
export function settle({ keeping }: Session): void {
  const { reused, sent } = keeping
  if (reused?.steady && reused.since > SOON && performance.now() - sent > SLOW) reused.since = SURE
}

/** Derived from the text: where a pooler mixes up connections, a name never stands for another text. */
const nameOf = (text: string) => `usertwo_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`

/** Forgets a statement on both sides: pg prepares it again, and the server closes it if it still has it. */
function takeBack({ keeping, wire }: Session, name: string): void {
  delete wire.parsedStatements?.[name]
  delete wire.submittedNamedStatements?.[name]
  keeping.closing.push(name)
}

/** Forgets all statements: the server may have lost them, or parsed them under other settings. */
export function keepNothing(session: Session): void {
  for (const { name } of session.keeping.statements.values()) takeBack(session, name)
  session.keeping.statements.clear()
}

/** Whether this error comes from a kept statement that has not begun to run. */
export function isStale({ keeping }: Session, { code }: ServerMessage): boolean {
  return keeping.again !== null && keeping.reused !== null && STALE.test(code ?? '')
}

/** Sends the current query again, before pg hears that it failed; false: it must not be sent twice. */
export function askAgain(session: Session): boolean {
  const { keeping, wire } = session
  const { again } = keeping
  if (!again) return false
  if (typeof again.name === 'string') takeBack(session, again.name)
  again.name = undefined
  session.awaits.push((event) => {
    const swallowed = upToSync(event, session)
    if (event !== 'readyForQuery') return swallowed
    const refused = again.submit(wire)
    if (!(refused instanceof Error)) return true
    wire.emit('errorMessage', refused as ServerMessage)
    return false
  })
  return true
}
