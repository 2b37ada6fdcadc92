import { AsyncResource } from 'node:async_hooks'
import { acting } from '../../../core/context.js'
import { letConnect } from '../../../core/process/known-sockets.js'
import { patch } from '../../../core/process/patch.js'
import { shared } from '../../../core/process/store.js'
import { type JobCall, jobHere } from '../jobs/job-place.js'
import { acquireForCaller } from './acquire.js'
import type {
  Callback,
  Driver,
  PgClient,
  PgModule,
  PgPool,
  QueryClass,
  Submittable,
} from './driver/driver.js'
import {
  PG_VERSIONS,
  refuseNative,
  refusePipeline,
  replicationOf,
  supportedDriver,
} from './driver/support.js'
import { noteListeners, openingOf, whileOpening } from './left-state.js'
import { mayBind, newest, type PolicySource } from './policy.js'
import { hookRows } from './read-for.js'
import { releaseClosed } from './release.js'
import { pooled, type Session, sessionOf } from './session.js'
import { statementText } from './statements/statement.js'
import { inContext, inThisContext, isSubmittable, question } from './wire/question.js'
import { bindOnSubmit, boundSubmit } from './wire/submit.js'

export type { PgModule } from './driver/driver.js'

interface Attached {
  /** Newest last; the newest configured one counts. */
  sources: PolicySource[]
  /** null while there is no source */
  unhook: (() => void) | null
}

/** By the prototype of a copy's clients, because one of usertwo's own classes may inherit from a hooked one. */
const known = shared('attached', () => new WeakMap<object, Attached>())

/**
 * Hooks one copy of pg: every query of every library above it runs bound to the current user. Idempotent and
 * counted per copy: the hooks are removed when the last caller detaches.
 *
 * @param version the copy's own package version
 * @param policy called at each use; null: `usertwo()` was not called yet, and queries are refused
 * @returns detach
 * @throws ScopeError `pg_version` | `pg_native`
 * @example
 * const detach = attach(require('pg'), require('pg/package.json').version, () => kit.connectionPolicy)
 */
export function attach(pg: PgModule, version: string, policy: PolicySource): () => void {
  const driver = supportedDriver(pg, version)
  const attached = known.get(driver.client) ?? { sources: [], unhook: null }
  known.set(driver.client, attached)
  const source: PolicySource = () => policy()
  attached.sources.push(source)
  attached.unhook ??= hook(pg, driver, attached.sources)
  return () => {
    const at = attached.sources.indexOf(source)
    if (at === -1) return
    attached.sources.splice(at, 1)
    if (attached.sources.length > 0) return
    attached.unhook?.()
    attached.unhook = null
  }
}

function hook(pg: PgModule, { client, pool, Query }: Driver, sources: PolicySource[]): () => void {
  const policy = () => newest(sources)
  const submit = boundSubmit(Query, policy)
  const rows = hookedRows()
  rows.hook(new Query('', undefined, undefined)._result)
  const undo = [
    rows.undo,
    refuseNative(pg),
    patch(client, 'connect', (connect) => earlyConnect(connect, policy), {
      of: 'pg Client.prototype.connect',
      versions: PG_VERSIONS,
      why: 'a connection that opens early waits until it is known what can be said to it',
    }),
    patch(client, 'getStartupConf', (startup) => startupDefaults(startup, policy), {
      of: 'pg Client.prototype.getStartupConf',
      versions: PG_VERSIONS,
      why: 'every connection begins in the request role, with no user',
    }),
    patch(client, 'query', (query) => boundQuery(query, Query, submit, rows.hook, policy), {
      of: 'pg Client.prototype.query',
      versions: PG_VERSIONS,
      why: 'every query runs bound to the user who asked',
    }),
    ...(pool ? [hookPool(pool, policy)] : []),
  ]
  return () => {
    for (const step of undo) step()
  }
}

/**
 * Hooks the class that defines `connect`: that of pg-pool, which an app may use without pg's subclass.
 *
 * @param pool a pool, or the prototype of one
 * @returns undo
 */
export function hookPool(pool: PgPool, policy: PolicySource): () => void {
  let owner = pool
  while (!Object.hasOwn(owner, 'connect')) owner = Object.getPrototypeOf(owner) as PgPool
  return patch(owner, 'connect', (connect) => boundConnect(connect, policy), {
    of: 'pg Pool.prototype.connect',
    versions: PG_VERSIONS,
    why: 'callbacks keep the user who asked, and a client released inside a transaction is closed',
  })
}

/** A connection that opens before the catalog is read waits until the layer knows which startup options it may send. */
function earlyConnect(connect: PgClient['connect'], policy: PolicySource) {
  return function (this: PgClient, done?: unknown): unknown {
    letConnect(this)
    const known = policy()
    const refusal = known?.opener?.() ?? (known?.requestRole ? replicationOf(this) : null)
    if (refusal) return refused(refusal, done)
    const early = known?.early
    const opened = whileOpening(sessionOf(this.connection, policy), done)
    if (!early) return connect.call(this, opened)
    const asked = early(acting()?.kind === 'system').then((arrive) => {
      sessionOf(this.connection, policy).optionsArrive = arrive
    })
    if (typeof opened !== 'function') return asked.then(() => connect.call(this))
    const bound = inThisContext(opened as Callback)
    asked.then(() => connect.call(this, bound), bound)
    return undefined
  }
}

function refused(error: Error, done: unknown): unknown {
  if (typeof done !== 'function') return Promise.reject(error)
  process.nextTick(done as Callback, error)
  return undefined
}

/** Makes connections start in the request role without a user, also those of pools whose options usertwo never sees. */
function startupDefaults(startup: PgClient['getStartupConf'], policy: PolicySource) {
  return function getStartupConf(this: PgClient): Record<string, string> {
    const conf = startup.call(this)
    const known = policy()
    const session = sessionOf(this.connection, policy)
    session.late = known === null
    if (!known?.requestRole) return conf
    const who = acting()
    session.login = who?.kind === 'system' && who.login === true
    const early = known.early !== undefined
    const options = defaultOptions(session, known.requestRole, early)
    // Where options do not arrive, the start refuses a login that is not safe without them before anything is served.
    if (early ? session.optionsArrive : known.startupOptions)
      conf.options = [conf.options, options].filter(Boolean).join(' ')
    return conf
  }
}

function defaultOptions(session: Session, requestRole: string, early: boolean): string {
  if (session.login) return '-c usertwo.user_id=system'
  // In the login's own role an unbound query would act as the owner.
  if (early) return '-c usertwo.user_id=none'
  return `-c role=${requestRole.replace(/[\\\s]/g, '\\$&')} -c usertwo.user_id=none`
}

/** Hooks the results of this copy of pg, and of another one that comes with its own cursors. */
function hookedRows() {
  const known = new Set<object>()
  const undo: (() => void)[] = []
  return {
    hook(result: object | undefined): void {
      const prototype = result && Object.getPrototypeOf(result)
      if (!prototype || known.has(prototype)) return
      known.add(prototype)
      undo.push(hookRows(prototype))
    },
    undo() {
      for (const step of undo) step()
    },
  }
}

/** The current user is read at the public call; the binding is sent with the query. */
function boundQuery(
  query: PgClient['query'],
  Query: QueryClass,
  submit: Submittable['submit'],
  hookRowsOf: (result: object | undefined) => void,
  policy: PolicySource,
) {
  return function (this: PgClient, config: unknown, values?: unknown, callback?: unknown): unknown {
    if (config === null || config === undefined) return query.call(this, config, values, callback)
    refusePipeline(this)
    const session = sessionOf(this.connection, policy)
    const opening = openingOf(session)
    const who = acting()
    const job = who === null && mayBind(policy()) ? jobHere(session.caller) : null
    const byHand =
      session.scoped && !session.compiled && who?.kind !== 'system' ? policy()?.byHand : undefined
    if (isSubmittable(config)) {
      byHand?.(statementText(config, this.connection))
      hookRowsOf((config.cursor ?? config)._result)
      bindOnSubmit(config, submit, this, who, job, new AsyncResource('usertwo.query'), opening)
      return query.call(this, config, inContext(values), inContext(callback))
    }
    const { asked, answer } = question(this, Query, config, values, callback)
    byHand?.(statementText(asked, this.connection))
    bindOnSubmit(asked, submit, this, who, job, null, opening)
    query.call(this, asked)
    return answer
  }
}

/** The callback runs later, inside another caller's release; `pool.query` takes this path too. */
function boundConnect(connect: PgPool['connect'], policy: PolicySource) {
  return function (this: PgPool, done?: unknown): unknown {
    noteListeners(this)
    const acquired = acquireForCaller(this)
    const caller = mayBind(policy()) ? jobHere() : null
    const arrived = <Given extends PgClient | undefined>(client: Given): Given => {
      if (client) checkedOut(client, caller)
      acquired(client)
      return client
    }
    if (typeof done !== 'function')
      return (connect.call(this) as Promise<PgClient>).then(arrived, (error: unknown) => {
        arrived(undefined)
        throw error
      })
    const bound = inThisContext((...[error, given, release]: unknown[]) => {
      const client = given as PgClient | undefined
      arrived(client)
      return (done as Callback)(error, client, client ? client.release : release)
    })
    return connect.call(this, bound)
  }

  function checkedOut(client: PgClient, caller: JobCall | null): void {
    sessionOf(client.connection, policy).caller = caller
    pooled(client, true)
    releaseClosed(client)
  }
}
