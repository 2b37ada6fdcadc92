import { AsyncResource } from 'node:async_hooks'
import { acting } from '../../../core/context.js'
import type { Callback, Driver, PgClient, PgModule, PgPool } from './driver.js'
import type { ConnectionPolicy, PolicySource } from './policy.js'
import { inContext, inThisContext, isSubmittable, question } from './question.js'
import { releaseClosed } from './release.js'
import { type Session, sessionOf } from './session.js'
import { bindOnSubmit, boundSubmit } from './submit.js'
import { refuseNative, refusePipeline, supportedDriver } from './support.js'

export type { PgModule } from './driver.js'
export type { ConnectionPolicy, PolicySource } from './policy.js'

interface Attached {
  /** Newest last; the newest that is configured counts. */
  sources: PolicySource[]
  unhook(): void
}

// On the prototype itself, so that copies of this package hook a copy of pg once.
const ATTACHED = Symbol.for('usertwo.connection.attached')

/**
 * Hooks one copy of pg: every query of every library above it runs bound to the current user. Idempotent and
 * counted per copy: the hooks go when the last caller detaches.
 *
 * @param version the copy's own package version
 * @param policy asked at each use; null: `usertwo()` was not called yet, and queries are refused
 * @returns detach
 * @throws ScopeError `pg_version` | `pg_native`
 * @example
 * const detach = attach(require('pg'), require('pg/package.json').version, () => kit.connectionPolicy)
 */
export function attach(pg: PgModule, version: string, policy: PolicySource): () => void {
  const driver = supportedDriver(pg, version)
  const holder = driver.client as PgClient & { [ATTACHED]?: Attached }
  // A class of the toolkit's own may inherit from one that is hooked.
  const attached = (Object.hasOwn(holder, ATTACHED) && holder[ATTACHED]) || hook(pg, driver)
  holder[ATTACHED] = attached
  const source: PolicySource = () => policy()
  attached.sources.push(source)
  return () => {
    const at = attached.sources.indexOf(source)
    if (at === -1) return
    attached.sources.splice(at, 1)
    if (attached.sources.length > 0) return
    attached.unhook()
    delete holder[ATTACHED]
  }
}

function hook(pg: PgModule, driver: Driver): Attached {
  const sources: PolicySource[] = []
  const policy = () => newest(sources)
  const undo = [
    refuseNative(pg),
    replace(driver.client, 'connect', earlyConnect(driver.client.connect, policy)),
    replace(driver.client, 'getStartupConf', restingStartup(driver.client.getStartupConf, policy)),
    replace(driver.client, 'query', boundQuery(driver, policy)),
    replace(driver.pool, 'connect', boundConnect(driver.pool.connect, policy)),
  ]
  return {
    sources,
    unhook: () => {
      for (const step of undo) step()
    },
  }
}

/** A connection that opens before the catalog is read waits until it is known what can be said to it. */
function earlyConnect(connect: PgClient['connect'], policy: PolicySource) {
  return function (this: PgClient, done?: unknown): unknown {
    const early = policy()?.early
    if (!early) return connect.call(this, done)
    const asked = early(acting()?.kind === 'system').then((arrive) => {
      sessionOf(this.connection, policy).optionsArrive = arrive
    })
    if (typeof done !== 'function') return asked.then(() => connect.call(this))
    const bound = inThisContext(done as Callback)
    asked.then(() => connect.call(this, bound), bound)
    return undefined
  }
}

/** Connections rest in the request role with no user, also those of pools whose options we never see. */
function restingStartup(startup: PgClient['getStartupConf'], policy: PolicySource) {
  return function getStartupConf(this: PgClient): Record<string, string> {
    const conf = startup.call(this)
    const known = policy()
    const session = sessionOf(this.connection, policy)
    session.late = known === null
    if (!known?.requestRole) return conf
    const who = acting()
    session.login = who?.kind === 'system' && who.login === true
    const early = known.early !== undefined
    const options = restingOptions(session, known.requestRole, early)
    // Where options do not arrive, a start that the login does not make safe is refused before anything is served.
    if (early ? session.optionsArrive : known.startupOptions)
      conf.options = [conf.options, options].filter(Boolean).join(' ')
    return conf
  }
}

function restingOptions(session: Session, requestRole: string, early: boolean): string {
  if (session.login) return '-c usertwo.user_id=system'
  // In the login's own role an unbound query would be the owner's.
  if (early) return '-c usertwo.user_id=none'
  return `-c role=${requestRole.replace(/[\\\s]/g, '\\$&')} -c usertwo.user_id=none`
}

/** The current user is read at the public call; the binding goes out with the query. */
function boundQuery(driver: Driver, policy: PolicySource) {
  const { Query } = driver
  const { query } = driver.client
  const submit = boundSubmit(Query, policy)
  return function (this: PgClient, config: unknown, values?: unknown, callback?: unknown): unknown {
    if (config === null || config === undefined) return query.call(this, config, values, callback)
    refusePipeline(this)
    if (isSubmittable(config)) {
      bindOnSubmit(config, submit, acting(), new AsyncResource('usertwo.query'))
      return query.call(this, config, inContext(values), inContext(callback))
    }
    const { asked, answer } = question(this, Query, config, values, callback)
    bindOnSubmit(asked, submit, acting(), null)
    query.call(this, asked)
    return answer
  }
}

/** The callback runs later, inside somebody else's release; `pool.query` comes this way too. */
function boundConnect(connect: PgPool['connect'], policy: PolicySource) {
  return function (this: PgPool, done?: unknown): unknown {
    if (typeof done !== 'function') return (connect.call(this) as Promise<PgClient>).then(checkedOut)
    const bound = inThisContext(done as Callback)
    return connect.call(this, (error: unknown, client: PgClient | undefined, release: unknown) =>
      client ? bound(error, checkedOut(client), client.release) : bound(error, client, release),
    )
  }

  function checkedOut(client: PgClient): PgClient {
    sessionOf(client.connection, policy)
    releaseClosed(client)
    return client
  }
}

function newest(sources: PolicySource[]): ConnectionPolicy | null {
  for (let at = sources.length - 1; at >= 0; at--) {
    const policy = sources[at]?.()
    if (policy) return policy
  }
  return null
}

/** Puts a method in place; the way back leaves it where another tool has put one over it since. */
function replace<T extends object, K extends keyof T>(owner: T, name: K, method: T[K]): () => void {
  const before = owner[name]
  owner[name] = method
  return () => {
    if (owner[name] === method) owner[name] = before
  }
}
