import type { AsyncResource } from 'node:async_hooks'
import { type Acting, actAs, actOutside, type UserId } from '../../../core/context.js'
import { tellRefusal } from '../../../core/process/refusals.js'
import { type JobCall, jobWithoutUser, refusesJob } from '../jobs/job-place.js'
import { FORBIDDEN, forbid } from '../requests/forbidden.js'
import { normalisedSql } from '../usage/normalised-sql.js'
import type { Binding } from './binding.js'
import type { Field, PgClient, ServerMessage, TransactionStatus, Wire } from './driver/driver.js'
import { forgetRefused, type LeftState, nothingLeft } from './left-state.js'
import { hear, type Passing, tellPassed } from './passing.js'
import type { ConnectionPolicy, PolicySource } from './policy.js'
import { type ReadFor, readerOfResult, rowsAreFor } from './read-for.js'
import { type StatementFacts, statementOf } from './statements/statement.js'
import { follow, leftOpen } from './statements/transaction.js'
import type { Answers } from './wire/answers.js'
import { askAgain, isStale, type Keeping, keepNothing, nothingKept, settle } from './wire/naming.js'
import { bindOutgoing } from './wire/outgoing.js'
import { keptColumns } from './wire/strip.js'

/** What the layer knows of one connection. It contains no user: the user belongs to the query. */
export interface Session {
  readonly wire: Wire
  /** As last reported by the server. */
  status: TransactionStatus
  /** The binding that owns the open transaction: the first one in it. */
  owner: string | undefined
  /** The user who began the open transaction, for when its statements carry no binding. */
  began: UserId | undefined
  /** What its users left on it. */
  readonly left: LeftState
  /** The user on whose behalf the current query was sent; null between queries. */
  who: Acting | null
  /** The job without a user that sent it. */
  job: JobCall | null
  /** The job without a user that last took the connection out of its pool, or made the query that a library sends on it. */
  caller: JobCall | null
  /** A scoped knex has handed it out. */
  scoped: boolean
  /** Its scoped knex is sending what it has compiled. */
  compiled: boolean
  /** The binding of the current query. */
  bound: string | undefined
  /** Opened before `usertwo()`, or before the hooks: its startup set neither role nor user. */
  late: boolean
  /** Opened for migrations: acts in the login's role as the system. */
  login: boolean
  /** Whether startup options reach the server; set before the catalog is read. */
  optionsArrive: boolean
  /** The server has usertwo's named binding statement. */
  named: boolean
  /** Whether named statements may be sent to the server. */
  names: boolean
  /** The app's statements that the server keeps. */
  readonly keeping: Keeping
  /** The binding of the current query, until the query's first message carries it. */
  pending: Binding | null
  /** How many characters of a binding precede the app's own text. */
  lead: number
  text: string
  statement: StatementFacts
  /** Positions of the columns to keep of the current result; null: all. */
  columns: number[] | null
  /** What each row of the current result is remembered with. */
  reader: ReadFor | null
  /** The caller's context, for queries that answer by events. */
  asker: AsyncResource | null
  /** Expected answers that the app did not ask for, in order. */
  awaits: Answers[]
  /** What the database let pass for the current query. */
  passing: Passing
}

// Shared by copies of this package: a wire is hooked once.
const SESSION = Symbol.for('usertwo.connection.session')

/** Returns the session of a client's connection; the first call hooks the connection. */
export function sessionOf(wire: Wire & { [SESSION]?: Session }, policy: PolicySource): Session {
  wire[SESSION] ??= open(wire, policy)
  return wire[SESSION]
}

/** Notes that a pool manages the connection; `opened`: and that it hands it to a request. */
export function pooled(client: object, opened: boolean): void {
  const wire = (client as Partial<PgClient>).connection as { [SESSION]?: Session } | undefined
  const left = wire?.[SESSION]?.left
  if (!left) return
  left.pooled = true
  left.fresh ||= opened && !left.opened
  left.opened ||= opened
}

/** Notes that a scoped knex hands a client out: what is then sent on it past `sendCompiled` is sent by hand. */
export function handedOut(client: object): void {
  const wire = (client as Partial<PgClient>).connection as { [SESSION]?: Session } | undefined
  if (wire?.[SESSION]) wire[SESSION].scoped = true
}

/** Calls `send`, which sends a compiled query on a client, for a job without a user; null: for a request. */
export function sendCompiled<T>(client: object, job: JobCall | null, send: () => T): T {
  const wire = (client as Partial<PgClient>).connection as { [SESSION]?: Session } | undefined
  const session = wire?.[SESSION]
  if (!session) return send()
  session.caller = job
  session.compiled = true
  try {
    return send()
  } finally {
    session.compiled = false
  }
}

/** Whether the server has a transaction open on this client, as far as it has answered. */
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
    job: null,
    caller: null,
    scoped: false,
    compiled: false,
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
  const emitFor: typeof emit = (event, given) => {
    if (event !== 'message' && receive(session, policy, event, given)) return true
    const { job } = session
    const message =
      job && event === 'errorMessage' && given && refusesJob(given)
        ? refused(job, session, policy, given)
        : given
    // Both would run as the user whose request opened the connection. A notification comes from elsewhere; a notice
    // belongs to the query that runs, and to no user between queries.
    if (event === 'notification') return actOutside(() => emit.call(wire, event, message))
    if (event === 'notice' && !session.asker) return actFor(session, () => emit.call(wire, event, message))
    if (event === 'readyForQuery') return handOnLast(session, emit, event, message)
    if (event !== 'dataRow' || !session.reader) return handOn(session, emit, event, message)
    const before = rowsAreFor(session.reader)
    try {
      return handOn(session, emit, event, message)
    } finally {
      rowsAreFor(before)
    }
  }
  wire.emit = emitFor
  return session
}

/** Runs `work` on behalf of the current query's user, or as part of the job that sent it. */
function actFor<T>({ who, job }: Session, work: () => T): T {
  return job ? job.runInAsyncScope(work) : actAs(who, work)
}

/** Hands an event on to pg, and to the listeners of its query. */
function handOn(
  { asker, wire }: Pick<Session, 'asker' | 'wire'>,
  emit: Wire['emit'],
  event: string,
  message?: ServerMessage,
): boolean {
  return asker ? asker.runInAsyncScope(emit, wire, event, message) : emit.call(wire, event, message)
}

/** Hands on the end of a query. Nothing that comes later belongs to it; pg may send the next query at once. */
function handOnLast(session: Session, emit: Wire['emit'], event: string, message?: ServerMessage): boolean {
  const { asker, wire } = session
  session.asker = null
  session.who = null
  session.job = null
  return handOn({ asker, wire }, emit, event, message)
}

/** Receives every message of the server once, whichever library is above; true: swallowed. */
function receive(session: Session, policy: PolicySource, event: string, message?: ServerMessage): boolean {
  if (event === 'notice' && message && hear(session.passing, message)) return true
  if (message?.position && session.lead > 0) message.position = placeInText(message.position, session.lead)
  const before = session.status
  if (event === 'readyForQuery') {
    follow(session, message?.status ?? 'I')
    // The text may have replaced the named binding statement that preceded it.
    if (session.statement.forgets) session.named = false
    settle(session)
    if (session.passing.size > 0) tellPassed(session, policy())
  }
  if (event === 'errorMessage' && message?.code === FORBIDDEN) {
    tellRefusal('forbidden')
    forbid(session.who, message)
  }
  if (event === 'errorMessage' && message && policy()?.isTaken?.(session.who, session.text, message))
    forbid(session.who, message, 'taken')
  // The server reports settings under which it parses a text: time zone, date style.
  if (event === 'parameterStatus' && session.left.undoing === 0) keepNothing(session)
  if (session.awaits[0]?.(event, message, session)) return true
  if (event === 'bindComplete') session.keeping.again = null
  if (event === 'errorMessage') forgetRefused(session)
  if (event === 'errorMessage' && message && isStale(session, message)) return askAgain(session)
  if (event === 'readyForQuery' && before === 'I' && leftOpen(session)) return true
  if (event === 'rowDescription' && message) describe(session, policy(), message)
  if (event === 'dataRow' && message && session.columns) keep(session.columns, message)
  return false
}

/** The error of a job that queried users' rows without a user, whatever library sent its query. */
function refused(job: JobCall, { text }: Session, policy: PolicySource, cause: ServerMessage): ServerMessage {
  const sql = normalisedSql(text)
  return job.runInAsyncScope(() => {
    const at = job.place
    policy()?.onJob?.({ at, sql })
    return jobWithoutUser(at, sql, cause) as unknown as ServerMessage
  })
}

/** The position of an error in the app's own text; undefined if it is in the binding, which the app does not know. */
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
