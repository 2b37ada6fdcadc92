import type { AsyncResource } from 'node:async_hooks'
import { type Acting, actAs, type UserId } from '../../../core/context.js'
import { FORBIDDEN, forbid } from '../requests/forbidden.js'
import type { Binding } from './binding.js'
import type { Field, PgClient, ServerMessage, TransactionStatus, Wire } from './driver/driver.js'
import { type LeftState, nothingLeft } from './left-state.js'
import { hear, type Passing, tellPassed } from './passing.js'
import type { ConnectionPolicy, PolicySource } from './policy.js'
import { type ReadFor, readerOfResult, rowsAreFor } from './read-for.js'
import { type Statement, statementOf } from './statements/statement.js'
import { follow, leftOpen } from './statements/transaction.js'
import type { Answers } from './wire/answers.js'
import { askAgain, isStale, type Keeping, keepNothing, nothingKept, settle } from './wire/naming.js'
import { bindOutgoing } from './wire/outgoing.js'
import { keptColumns } from './wire/strip.js'

/** What the layer knows of one connection. Nothing of it is a user: the user belongs to the query. */
export interface Session {
  readonly wire: Wire
  /** As the server last said it. */
  status: TransactionStatus
  /** The binding the open transaction belongs to: the first one in it. */
  owner: string | undefined
  /** The person who began the open transaction, where that says no query. */
  began: UserId | undefined
  /** What its users left on it. */
  readonly left: LeftState
  /** On whose behalf the query under way was sent. */
  who: Acting | null
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
  /** The server may be told statements that have a name. */
  names: boolean
  /** What the server keeps of the app's texts. */
  readonly keeping: Keeping
  /** The binding of the query under way, until the query's first message takes it along. */
  pending: Binding | null
  /** How many characters of a binding stand in front of the app's own text. */
  lead: number
  text: string
  statement: Statement
  /** Positions of the columns to keep of the result under way; null: all. */
  columns: number[] | null
  /** What each row of the result under way is remembered with. */
  reader: ReadFor | null
  /** The asker's context, for queries that answer by events. */
  asker: AsyncResource | null
  /** Answers to come that the app did not ask for, in order. */
  awaits: Answers[]
  /** What the query under way was let pass. */
  passing: Passing
}

// Shared by copies of this package: a wire is hooked once.
const SESSION = Symbol.for('usertwo.connection.session')

/** The session of a client's connection; its first call hooks the connection. */
export function sessionOf(wire: Wire & { [SESSION]?: Session }, policy: PolicySource): Session {
  wire[SESSION] ??= open(wire, policy)
  return wire[SESSION]
}

/** A pool has the connection; `opened`: and hands it to a request. */
export function pooled(client: object, opened: boolean): void {
  const wire = (client as Partial<PgClient>).connection as { [SESSION]?: Session } | undefined
  const left = wire?.[SESSION]?.left
  if (!left) return
  left.pooled = true
  left.opened ||= opened
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
    began: undefined,
    left: nothingLeft(),
    who: null,
    bound: undefined,
    late: true, // until a startup that is hooked says otherwise
    login: false,
    optionsArrive: true,
    named: false,
    names: false,
    keeping: nothingKept(),
    pending: null,
    lead: 0,
    text: '',
    statement: statementOf(''),
    columns: null,
    reader: null,
    asker: null,
    awaits: [],
    passing: new Map(),
  }
  wire.stream.setNoDelay?.(true) // pg 8.0 forgets it: 40 ms a transaction
  bindOutgoing(session)
  const { emit } = wire
  wire.emit = (event, message) => {
    if (event !== 'message' && receive(session, policy, event, message)) return true
    // It comes from somebody else, and would run as whoever's request opened the connection.
    if (event === 'notification') return actAs(null, () => emit.call(wire, event, message))
    if (event !== 'dataRow' || !session.reader) return handOn(session, emit, event, message)
    const before = rowsAreFor(session.reader)
    try {
      return handOn(session, emit, event, message)
    } finally {
      rowsAreFor(before)
    }
  }
  return session
}

/** To pg, and what listens to its query. */
function handOn(
  { asker, wire }: Session,
  emit: Wire['emit'],
  event: string,
  message?: ServerMessage,
): boolean {
  return asker ? asker.runInAsyncScope(emit, wire, event, message) : emit.call(wire, event, message)
}

/** Every message of the server passes here once, whatever library sits above; true: swallowed. */
function receive(session: Session, policy: PolicySource, event: string, message?: ServerMessage): boolean {
  if (event === 'notice' && message && hear(session.passing, message)) return true
  if (message?.position && session.lead > 0) message.position = placeInText(message.position, session.lead)
  const before = session.status
  if (event === 'readyForQuery') {
    follow(session, message?.status ?? 'I')
    // The text may have put another statement in the place of our own, which it came behind.
    if (session.statement.forgets) session.named = false
    settle(session)
    if (session.passing.size > 0) tellPassed(session, policy())
  }
  if (event === 'errorMessage' && message?.code === FORBIDDEN) forbid(session.who, message)
  // The server tells of settings under which it reads a text: time zone, forms of dates.
  if (event === 'parameterStatus' && session.left.undoing === 0) keepNothing(session)
  if (session.awaits[0]?.(event, message, session)) return true
  if (event === 'bindComplete') session.keeping.again = null
  if (event === 'errorMessage' && message && isStale(session, message)) return askAgain(session)
  if (event === 'readyForQuery' && before === 'I' && leftOpen(session)) return true
  if (event === 'rowDescription' && message) describe(session, policy(), message)
  if (event === 'dataRow' && message && session.columns) keep(session.columns, message)
  return false
}

/** Where an error stands in the app's own text; in ours, which it does not know, nowhere. */
function placeInText(position: string, lead: number): string | undefined {
  return Number(position) > lead ? String(Number(position) - lead) : undefined
}

function describe(session: Session, policy: ConnectionPolicy | null, message: ServerMessage): void {
  const fields = message.fields as Field[]
  session.reader = readerOfResult(session, fields, policy)
  session.columns = keptColumns(fields, session.text, policy)
  if (session.columns) keep(session.columns, message)
}

function keep(columns: number[], message: ServerMessage): void {
  message.fields = columns.map((at) => message.fields?.[at])
  message.fieldCount = columns.length
}
