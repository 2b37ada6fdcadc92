import { createHash } from 'node:crypto'
import type { Binding } from '../binding.js'
import type { ServerMessage, Submittable } from '../driver/driver.js'
import type { Session } from '../session.js'
import { upToSync } from './answers.js'
import { isSteady, lookAt, type TellsRows } from './steady.js'

/** A text is kept once it has come so often: what an app writes once only would fill the server's memory. */
const TIMES = 3
/** How many statements one connection keeps. */
const PLACES = 200
/** After so many queries without it a statement gives way; sooner, more texts than places would only take turns. */
const IDLE = 2_000
/** PostgreSQL plans so many executions for their values, and may then keep one plan for all of them. */
const PLANNED = 5
/** A statement is prepared again after so many executions at the latest: statistics change, and types of columns. */
const SURE = 500
/** And after one by a plan for all values that took so long, in ms, but not sooner than after that many. */
const SLOW = 10
const SOON = 25
// What a statement that was kept can fail with before it runs, and one that is new does not: it is gone, its answer has
// another shape, a parameter another type.
const STALE = /^(?:0A|22|26|42)/

/** A statement that the server keeps for one text. */
interface Kept {
  readonly name: string
  /** How often it was executed since it was prepared. */
  executed: number
  /** Whether one plan is as good for all values and everybody; null: to be looked at. */
  steady: boolean | null
  /** How often it was asked since nothing was known of it. */
  since: number
  /** The connection's count when it was last asked. */
  at: number
}

/** What is kept on one connection. */
export interface Keeping {
  /** By text, the one used least lately first. */
  readonly statements: Map<string, Kept>
  /** Queries so far that might have been named. */
  count: number
  /** Names to take back in front of the next binding. */
  readonly closing: string[]
  /** The query under way, as long as it can be asked once more: outside transactions, and before it runs. */
  again: Submittable | null
  /** What it goes by, where the server has kept that. */
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
 * Lets a query go out as a named statement, which PostgreSQL parses, analyses and rewrites once. Outside transactions only,
 * where one that fails before it has run can be asked once more.
 *
 * After some executions PostgreSQL may plan once for all values, by those and by the person who come then: bad for
 * somebody with other numbers of rows. So that plan is looked at before, and where it is not as good for everybody the
 * statement is prepared again each time it would come to that.
 */
export function keep(asked: Submittable, session: Session, binding: Binding, tells: TellsRows): void {
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
  // In order, for `makeRoom`; but not moved where it stands last: a Map that loses and gets a text each time is made again.
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
    look(kept, asked, session, binding, tells) // this once it goes without its name: nothing is known yet
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
  // The system is in another role, and what is kept for one role is read again for the other.
  if (!names || !statement.keepable || asked.rows || who?.kind === 'system') return false
  // Without values it goes out as a text, which may be several statements.
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

function look(kept: Kept, { values }: Submittable, session: Session, binding: Binding, tells: TellsRows) {
  kept.steady = false
  lookAt(kept.name, (values as unknown[]).length, binding, session, (plan) => {
    kept.steady = isSteady(plan, tells)
  })
}

/** The query under way is answered. */
export function settle({ keeping }: Session): void {
  const { reused, sent } = keeping
  if (reused?.steady && reused.since > SOON && performance.now() - sent > SLOW) reused.since = SURE
}

/** By the text: where a pooler mixes connections up, a name is never another text's. */
const nameOf = (text: string) => `usertwo_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`

/** On both sides: pg prepares it again, and the server does not know it any more, whether it still did or not. */
function takeBack({ keeping, wire }: Session, name: string): void {
  delete wire.parsedStatements?.[name]
  delete wire.submittedNamedStatements?.[name]
  keeping.closing.push(name)
}

/** What is kept may be gone, or was read under other settings. */
export function keepNothing(session: Session): void {
  for (const { name } of session.keeping.statements.values()) takeBack(session, name)
  session.keeping.statements.clear()
}

/** Whether this error is of a statement that the server kept, and has not begun to run. */
export function isStale({ keeping }: Session, { code }: ServerMessage): boolean {
  return keeping.again !== null && keeping.reused !== null && STALE.test(code ?? '')
}

/** Asks the query under way once more, before pg hears that it failed; false: it is not to be asked twice. */
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
