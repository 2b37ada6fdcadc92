import type { AsyncResource } from 'node:async_hooks'
import { actAs } from '../../../core/context.js'
import type { Column, PgClient, ServerMessage, TransactionStatus, Wire } from './driver.js'
import { hear, type Passing, tellPassed } from './passing.js'
import type { PolicySource } from './policy.js'
import { type Statement, statementOf } from './statement.js'
import { keptColumns } from './strip.js'

/** Reads answers the app did not ask for; true: swallowed. It ends itself with `session.answered()`. */
export type Answers = (event: string, message: ServerMessage | undefined, session: Session) => boolean

/** What the layer knows of one connection. Nothing of it is a user: the user belongs to the query. */
export interface Session {
  readonly wire: Wire
  /** As the server last said it. */
  status: TransactionStatus
  /** The binding the open transaction belongs to: the first one in it. */
  owner: string | undefined
  /** The binding of the query under way. */
  bound: string | undefined
  /** Opened before `usertwo()`, or before the hooks: its startup did not say how it rests. */
  late: boolean
  /** Opened for migrations: rests in the login role as the system. */
  login: boolean
  /** Whether startup options reach the server; told before the catalog is read. */
  optionsArrive: boolean
  /** The server keeps our named binding statement. */
  named: boolean
  /** The query under way went by the simple protocol: it has no Sync of its own. */
  simple: boolean
  text: string
  statement: Statement
  /** Positions of the columns to keep of the result under way; null: all. */
  columns: number[] | null
  /** The asker's context, for queries that answer by events. */
  asker: AsyncResource | null
  /** Answers to come that the app did not ask for, in order. */
  awaits: Answers[]
  /** What the query under way was let pass. */
  passing: Passing
}

const BESIDE = new Set(['error', 'end', 'notice', 'notification', 'parameterStatus'])

/** Swallows all up to the end of a Sync of our own, but for what the server tells beside its answers. */
export function upToSync(event: string, session: Session): boolean {
  if (event === 'readyForQuery') session.awaits.shift()
  return !BESIDE.has(event)
}

// Shared by copies of this package: a wire is hooked once.
const SESSION = Symbol.for('usertwo.connection.session')

/** The session of a client's connection; its first call hooks the connection. */
export function sessionOf(wire: Wire & { [SESSION]?: Session }, policy: PolicySource): Session {
  wire[SESSION] ??= open(wire, policy)
  return wire[SESSION]
}

/** Whether the server holds a transaction open on this client, as far as it has answered. */
export function insideTransaction(client: object): boolean {
  const wire = (client as Partial<PgClient>).connection as { [SESSION]?: Session } | undefined
  return (wire?.[SESSION]?.status ?? 'I') !== 'I'
}

function open(wire: Wire, policy: PolicySource): Session {
  const session: Session = {
    wire,
    status: 'I',
    owner: undefined,
    bound: undefined,
    late: true, // until a startup that is hooked says otherwise
    login: false,
    optionsArrive: true,
    named: false,
    simple: false,
    text: '',
    statement: statementOf(''),
    columns: null,
    asker: null,
    awaits: [],
    passing: new Map(),
  }
  wire.stream.setNoDelay?.(true) // pg 8.0 forgets it: 40 ms a transaction
  const { query, emit } = wire
  wire.query = (text) => {
    session.simple = true
    query.call(wire, text)
  }
  wire.emit = (event, message) => {
    if (event !== 'message' && receive(session, policy, event, message)) return true
    // It comes from somebody else, and would run as whoever's request opened the connection.
    if (event === 'notification') return actAs(null, () => emit.call(wire, event, message))
    if (!session.asker) return emit.call(wire, event, message)
    return session.asker.runInAsyncScope(emit, wire, event, message)
  }
  return session
}

/** Every message of the server passes here once, whatever library sits above; true: swallowed. */
function receive(session: Session, policy: PolicySource, event: string, message?: ServerMessage): boolean {
  if (event === 'notice' && message && hear(session.passing, message)) return true
  if (event === 'readyForQuery') {
    follow(session, message?.status ?? 'I')
    // The text may have put another statement in the place of our own, which it came behind.
    if (session.statement.forgets) session.named = false
    if (session.passing.size > 0) tellPassed(session, policy())
  }
  if (session.awaits[0]?.(event, message, session)) return true
  if (event === 'rowDescription' && message) hideColumns(session, policy, message)
  if (event === 'dataRow' && message && session.columns) keep(session.columns, message)
  return false
}

function follow(session: Session, status: TransactionStatus): void {
  session.status = status
  // A transaction begun inside a text of several statements belongs to whom the text was bound to.
  session.owner = status === 'I' ? undefined : (session.owner ?? session.bound)
}

function hideColumns(session: Session, policy: PolicySource, message: ServerMessage): void {
  session.columns = keptColumns(message.fields as Column[], session.text, policy())
  if (session.columns) keep(session.columns, message)
}

function keep(columns: number[], message: ServerMessage): void {
  message.fields = columns.map((at) => message.fields?.[at])
  message.fieldCount = columns.length
}
