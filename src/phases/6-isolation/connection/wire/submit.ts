import type { AsyncResource } from 'node:async_hooks'
import { type Acting, systemFor } from '../../../../core/context.js'
import { tracing } from '../../../../core/process/tracing.js'
import type { JobCall } from '../../jobs/job-place.js'
import { abandonBinding, type Binding, bindingFor } from '../binding.js'
import type { PgClient, QueryClass, Submittable, Wire } from '../driver/driver.js'
import { keepApart, type Opening, valuesOf } from '../left-state.js'
import { type ConnectionPolicy, configured, type PolicySource, refuseSchemaChange } from '../policy.js'
import { rest } from '../rest.js'
import { type Session, sessionOf } from '../session.js'
import { refuseLargeObjects } from '../statements/large-objects.js'
import { statementOf, statementText } from '../statements/statement.js'
import { copyOut } from './copy-out.js'
import { closeWhenLeft, leftBefore, tellAsker } from './events.js'
import { keep, keepNothing } from './naming.js'

/** The caller of a query, kept on the query itself until it is sent. */
interface Asked {
  readonly who: Acting | null
  /** The call of a job that names no user. */
  readonly job: JobCall | null
  readonly client: PgClient
  /** The context of the public call, for a query that answers by events. */
  readonly asker: AsyncResource | null
  /** Sent while the connection opened. */
  readonly opening: Opening
  /** The trace of the public call; null without tracing. */
  readonly trace: object | null
  /** The query's own `submit`. */
  readonly submit: Submittable['submit']
}

// Shared by copies of this package: a query object may be sent twice, by two users, and each time it starts
// from its own submit.
const ASKED = Symbol.for('usertwo.connection.asked')
type Bound = Submittable & { [ASKED]?: Asked }

/** Makes a query bind itself to `who` when it is sent: pg then calls its `submit`, from `boundSubmit`. */
export function bindOnSubmit(
  asked: Bound,
  submit: Submittable['submit'],
  client: PgClient,
  who: Acting | null,
  job: JobCall | null,
  asker: AsyncResource | null,
  opening: Opening,
): void {
  const trace = tracing()?.active() ?? null
  asked[ASKED] = { who, job, client, asker, opening, trace, submit: asked[ASKED]?.submit ?? asked.submit }
  asked.submit = submit
  if (asker) tellAsker(asked, () => asked[ASKED]!.asker!)
}

/**
 * The `submit` of every query on a hooked copy of pg. One function for all: a closure for each query kept
 * whole queries alive until the next full garbage collection.
 */
export function boundSubmit(Query: QueryClass, policy: PolicySource): Submittable['submit'] {
  return function submit(this: Bound, wire: Wire): unknown {
    const asked = this[ASKED]!
    const foreign = !(this instanceof Query)
    const session = start(this, wire, policy, asked)
    const span =
      asked.trace && policy()?.requestRole ? tracing()?.begin('usertwo.bind', asked.who, asked.trace) : null
    try {
      const known = configured(policy())
      const who = callerOf(asked, session, known)
      refuseSchemaChange(known, who, session.text)
      refuseLargeObjects(known, who, session.statement.largeObject)
      const lookup = known.lookup?.(who, session.text, valuesOf(this))
      const binding = bindingFor(session, who, known, lookup)
      if (known.requestRole !== null) keepApart(session, this, who, asked.opening)
      if (session.late && session.status !== 'E') rest(session, known)
      if (!binding) return asked.submit.call(this, wire)
      session.bound = binding.user
      if (foreign && session.statement.copiesOut) {
        const left = leftBefore(this)
        if (left) return left
        known.copied?.(session.text, binding.user)
        const answered = closeWhenLeft(this, asked.client)
        return copyOut(session, binding, () => asked.submit.call(this, wire), answered)
      }
      return together(wire, foreign, () => writeBound(this, asked, session, binding, known))
    } catch (error) {
      if (foreign) connectStub(this)
      span?.fail(error)
      return error
    } finally {
      span?.end()
    }
  }
}

function start(asked: Bound, wire: Wire, policy: PolicySource, { who, job, asker }: Asked): Session {
  const session = sessionOf(wire, policy)
  session.text = ownText(asked, wire, policy()?.ownTargets)
  session.statement = statementOf(session.text)
  session.who = who
  session.job = job
  session.asker = asker
  session.pending = null
  session.lead = 0
  session.columns = null
  session.reader = null
  session.bound = undefined
  session.left.noted = null
  session.keeping.again = null
  session.keeping.reused = null
  if (session.statement.forgets) {
    session.named = false
    keepNothing(session)
  }
  return session
}

/**
 * The caller of a query. Where a store of sessions deletes the expired ones, that is the system: its timer belongs to the
 * user whose request started it.
 */
function callerOf({ who }: Asked, session: Session, { prunes }: ConnectionPolicy): Acting | null {
  const table = who?.kind === 'system' ? null : prunes?.(session.text)
  if (!table) return who
  session.who = systemFor(`expired sessions of ${table}`)
  return session.who
}

/** The SQL of a query, which from here on names the conflict targets that the table has. */
function ownText(asked: Bound, wire: Wire, ownTargets: ConnectionPolicy['ownTargets']): string {
  const given = statementText(asked, wire)
  const text = ownTargets ? ownTargets(given) : given
  if (text === given) return given
  const holder = asked.text ? asked : asked.cursor
  if (holder) holder.text = text
  return text
}

/**
 * Sends what `write` writes together: for pg's own queries as one piece, which costs less than corking. Other
 * queries may do more with the stream than write to it.
 */
function together<Answer>(wire: Wire, foreign: boolean, write: () => Answer): Answer {
  const { stream } = wire
  if (foreign) stream.cork?.()
  else wire.stream = new Gathering(stream)
  try {
    return write()
  } finally {
    if (foreign) stream.uncork?.()
    else {
      const { pieces } = wire.stream as Gathering
      wire.stream = stream
      if (pieces.length > 0) stream.write(Buffer.concat(pieces))
    }
  }
}

/** Replaces a stream while pg writes one query. */
class Gathering {
  readonly pieces: Uint8Array[] = []
  readonly writable: boolean | undefined
  constructor(private readonly stream: Wire['stream']) {
    this.writable = stream.writable
  }
  write(piece: Uint8Array): boolean {
    this.pieces.push(piece)
    return true
  }
  cork(): void {}
  uncork(): void {}
  destroy(error: Error): void {
    this.stream.destroy(error)
  }
}

/** Writes the query's own messages; the first of them carries the binding. */
function writeBound(
  query: Bound,
  { asker, submit }: Asked,
  session: Session,
  binding: Binding,
  { startupOptions, tellsRows = () => false }: ConnectionPolicy,
): unknown {
  let written = false
  session.names = startupOptions
  // A query object of the app stays as the app made it.
  if (!asker) keep(query, session, binding, tellsRows)
  session.pending = binding
  try {
    const refused = submit.call(query, session.wire)
    written = !(refused instanceof Error)
    return refused
  } finally {
    if (!written) takeBack(session)
  }
}

function takeBack(session: Session): void {
  if (session.pending) session.pending = null
  else abandonBinding(session)
}

/** In pg 8.5 and before, a refused cursor uses its connection before it has one. */
function connectStub(asked: Bound): void {
  const cursor = asked.cursor ?? asked
  cursor.connection ??= {
    removeListener() {},
    sync() {},
    close() {},
    once: (_event: string, then: () => void) => setImmediate(then),
  }
}
