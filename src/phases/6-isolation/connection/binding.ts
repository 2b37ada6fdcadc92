import { serialize } from 'pg-protocol'
import type { Acting, UserId } from '../../../core/context.js'
import { ScopeError } from '../../../core/scope-error.js'
import { type JobCall, OUTSIDE } from '../jobs/job-place.js'
import type { ServerMessage } from './driver/driver.js'
import type { ConnectionPolicy } from './policy.js'
import type { Session } from './session.js'
import { upToSync } from './wire/answers.js'
import { askAgain } from './wire/naming.js'

/** The two settings a query runs under, both local to its transaction. */
export interface Binding {
  /** `usertwo.user_id`: an id, 'system', 'none', or 'outside' for a job without a user. */
  readonly user: string
  /** `role`: the request role, or 'none' for the login itself. */
  readonly role: string
  /** `usertwo.lookup`: the one row that a login of the app's own may reach by this query; undefined: it is not set. */
  readonly lookup: string | undefined
  /** Bind and Execute of the named statement, as sent over the wire. */
  readonly message: Uint8Array
  /** The same as the first statement of a text. ASCII, so that its length in bytes equals its length in characters. */
  readonly lead: string
}

const STATEMENT = 'usertwo_binding'
// The role is sent with every query, but set only where it differs, so a session left in another role changes nothing.
// A query without a user is bound to `none` or `outside`, so a session left with a user changes nothing either. Neither
// `set_config` returns null: the one for the user always runs, and no row is returned that would have to be read.
const sql = (user: string, role: string) =>
  `select where (current_user <> ${role}::text and set_config('role', ${role}, true) is null)` +
  ` or set_config('usertwo.user_id', ${user}, true) is null`
const SQL = sql('$1', '$2')
// Where the app keeps its own login: each query says again what it looks up, or that it looks nothing up.
const lookupSql = (lookup: string) => ` or set_config('usertwo.lookup', ${lookup}, true) is null`
const LOOKUP_STATEMENT = 'usertwo_binding_lookup'
const LOOKUP_SQL = SQL + lookupSql('$3')
const RESERVED = ['', '0', 'none', OUTSIDE, 'system', 'null', 'undefined', 'NaN']
/** How many users' bindings are kept ready. */
const PEOPLE = 10_000

/**
 * The binding of a query; null: it is sent as it is.
 *
 * @param lookup what it looks up for a login of the app's own, `''` for nothing; undefined: usertwo keeps the login
 * @throws ScopeError `no_current_user` | `mixed_users`
 */
export function bindingFor(
  session: Session,
  who: Acting | null,
  policy: ConnectionPolicy,
  lookup?: string,
): Binding | null {
  if (policy.requestRole === null) return null
  if (session.statement.bare) {
    refuseForeignControl(session, who)
    return null
  }
  if (session.login && who?.kind === 'system') return null
  if (!who && policy.unbound === 'refuse') throw noCurrentUser('no current user')
  if (session.statement.cancels && session.status === 'I') return cancelling
  const binding = bindingOf(who ?? session.job, policy.requestRole, lookup)
  ownTransaction(session, binding)
  // A failed transaction accepts no binding; a statement that ends it in the same text continues as the same user.
  return session.status === 'E' ? null : binding
}

/** Writes the binding as messages of its own. */
export function writeBinding(session: Session, binding: Binding, named: boolean): void {
  const { wire } = session
  if (named && session.named) {
    wire.stream.write(binding.message)
    return
  }
  const { user, role, lookup } = binding
  const statement = named ? (lookup === undefined ? STATEMENT : LOOKUP_STATEMENT) : ''
  if (named) wire.close({ type: 'S', name: statement }, true) // it may still be there after a DEALLOCATE
  const text = lookup === undefined ? SQL : LOOKUP_SQL
  wire.parse({ name: statement, text, types: [] }, true)
  const values = lookup === undefined ? [user, role] : [user, role, lookup]
  wire.bind({ portal: '', statement, values, binary: false }, true)
  wire.execute({ portal: '', rows: 0 }, true)
}

/** Swallows the answer to the binding, which arrives before the query's answer. None of it may reach the app. */
export function swallowBinding(session: Session): void {
  session.awaits.push(bindingAnswer)
}

/** Discards a binding whose query was not fully written: a Sync from this layer ends its answers. */
export function abandonBinding(session: Session): void {
  session.awaits.pop()
  session.awaits.push((event) => upToSync(event, session))
  session.named = false
  session.wire.sync()
}

function bindingAnswer(event: string, message: ServerMessage | undefined, session: Session): boolean {
  switch (event) {
    case 'parseComplete': // must not reach pg, which would count the app's own statement as parsed
      session.named = session.names
      return true
    case 'closeComplete':
    case 'bindComplete':
    case 'rowDescription': // of a text, and without a column
      return true
    case 'commandComplete':
      session.awaits.shift()
      return true
    case 'errorMessage': // the query's own error now; the server skips to the next Sync
      session.awaits.shift()
      if (message?.code !== '26000') return false
      session.named = false
      return askAgain(session)
    case 'dataRow':
    case 'readyForQuery': // answers and queries no longer match: no row may be handed out
      session.wire.stream.destroy(
        new Error('usertwo: the server answered out of turn; the connection was closed.'),
      )
      return true
    default:
      return false
  }
}

// The message for a user is the same each time; writing it again cost more than everything else here.
const ready = new Map<string, Binding>()

function bindingOf(who: Acting | JobCall | null, requestRole: string, lookup?: string): Binding {
  const system = who?.kind === 'system'
  const user =
    who?.kind === 'user' ? settingOf(who.id) : system ? 'system' : who?.kind === 'job' ? OUTSIDE : 'none'
  const role = system ? 'none' : requestRole
  // One row each: such a binding is not the next query's.
  if (lookup) return made(user, role, lookup)
  const known = ready.get(user)
  if (known?.role === role && known.lookup === lookup) return known
  const binding = made(user, role, lookup)
  if (ready.size >= PEOPLE) ready.clear()
  ready.set(user, binding)
  return binding
}

function made(user: string, role: string, lookup?: string): Binding {
  const bind =
    lookup === undefined
      ? serialize.bind({ statement: STATEMENT, values: [user, role] })
      : serialize.bind({ statement: LOOKUP_STATEMENT, values: [user, role, lookup] })
  const message = Buffer.concat([bind, serialize.execute({})])
  const looksUp = lookup === undefined ? '' : lookupSql(literal(lookup))
  return { user, role, lookup, message, lead: `${sql(literal(user), literal(role))}${looksUp}; ` }
}

// Backends run as the login, and only the login may end their queries.
const cancelling = made('none', 'none')

/** A value that is not a plain word is sent as hex, so nothing has to be quoted; a NUL fails, as when bound. */
function literal(value: string): string {
  if (/^[\w-]+$/.test(value)) return `'${value}'`
  return `convert_from(decode('${Buffer.from(value).toString('hex')}', 'hex'), 'UTF8')`
}

/** An id as a setting. @throws ScopeError for a value that is not an id, or that would read as another kind of binding */
function settingOf(id: UserId): string {
  const whole = typeof id === 'string' || Number.isSafeInteger(id)
  const setting = String(id)
  if (whole && !RESERVED.includes(setting)) return setting
  throw noCurrentUser(`a current user whose id is not one (${typeof id})`)
}

function ownTransaction(session: Session, binding: Binding): void {
  if (session.status === 'I') return
  const { began } = session
  // Another user has begun it, and has sent nothing in it yet.
  if (
    session.owner === undefined &&
    began !== undefined &&
    !WITHOUT_USER.has(binding.user) &&
    String(began) !== binding.user
  )
    throw mixedUsers()
  session.owner ??= binding.user
  if (session.owner !== binding.user) throw mixedUsers()
}

const WITHOUT_USER = new Set(['system', 'none', OUTSIDE])

/** Only the user of a transaction may control it, and the system, which ends those of requests that broke. */
function refuseForeignControl({ status, owner, began }: Session, who: Acting | null): void {
  if (status === 'I' || who?.kind !== 'user') return
  const person = owner === undefined || WITHOUT_USER.has(owner) ? began : owner
  if (person !== undefined && String(person) !== String(who.id)) throw mixedUsers()
}

function mixedUsers(): ScopeError {
  return new ScopeError(
    'mixed_users',
    'A query was sent into a transaction that belongs to another user. Give each user a transaction, and so a checked-out client, of their own.',
  )
}

function noCurrentUser(what: string): ScopeError {
  return new ScopeError(
    'no_current_user',
    `A query was sent with ${what}. Queries belong to a request of a logged-in user; for work of the app itself use asSystem(reason, work), and for its queries at the start startup: 'system' in the configuration.`,
  )
}
