import type { Knex } from 'knex'
import { acting, type UserId } from '../../../core/context.js'
import { memoise } from '../../../core/memoise.js'
import { list } from '../../../core/process/patch.js'
import { tracing } from '../../../core/process/tracing.js'
import { ScopeError } from '../../../core/scope-error.js'
import { COMPILES, KNEX_VERSIONS } from '../connection/release.js'
import { sendCompiled } from '../connection/session.js'
import { forPromises } from '../connection/wire/question.js'
import { type JobCall, jobHere } from '../jobs/job-place.js'
import { markByKey, refusingSend, rowsByKey } from './by-key.js'
import { type AddedTo, withoutAdded } from './column-info.js'
import { NO_CTES } from './cte.js'
import { actingId, madeIn, markMaker, refuseForeignBuilder, SYSTEM } from './current-user.js'
import type { Frame } from './frame.js'
import {
  type Builder,
  type Compiler,
  type KnexClient,
  MADE_IN,
  type Raw,
  type Send,
} from './knex/knex-internals.js'
import { type QueryPolicy, type Rules, rulesOf } from './policy.js'
import { reportRaw } from './raw/raw.js'
import { scopeStatement } from './statement.js'

type PolicySource = () => QueryPolicy | null | 'unconfigured'

const layers = new WeakSet<object>()
const OF = Symbol('usertwo.of')

/** A compiler of a scoped knex: what it compiles, and how its dialect does it. */
type Scoped = Compiler & { [OF]?: { builder: Builder; client: KnexClient; compile: Compiler['toSQL'] } }

/**
 * Inserts the layer between this knex instance's client and its dialect, in place: every builder query of the
 * instance, including nested ones, transactions and streams, is restricted to the current user when it is compiled.
 * Other instances of the same knex are untouched. A second call on the same instance changes nothing.
 *
 * @param policy called at each compilation; null (below phase 6): nothing is changed
 * @param addedTo the columns of a table that `columnInfo()` hides, at each dial; default: none
 * @returns the same instance
 * @throws ScopeError knex_version; the queries themselves are refused with the other codes
 */
export function scopeKnex<Db extends Knex>(
  db: Db,
  policy: PolicySource,
  addedTo: AddedTo = () => undefined,
): Db {
  const client: KnexClient & object = db.client
  assertKnown(client)
  const dialect: KnexClient & object = Object.getPrototypeOf(client)
  if (layers.has(dialect)) return db
  Object.setPrototypeOf(client, layerOver(dialect, policy, addedTo))
  list({
    of: 'knex client, its prototype',
    versions: KNEX_VERSIONS,
    why: 'queries of this handle are kept to the current user when they are compiled',
  })
  return db
}

/**
 * Transactions, savepoints and `withUserParams` make their client with `Object.create(constructor.prototype)`:
 * with a constructor of its own the layer is inherited by all of them.
 */
function layerOver(dialect: KnexClient & object, policy: PolicySource, addedTo: AddedTo): object {
  // The query being compiled. Compiling is synchronous, so one variable is enough.
  let current: Frame | null = null
  // One function for all compilers: a closure for each keeps whole queries alive until the next full garbage collection.
  function toSQL(this: Scoped, ...args: [method?: string, tz?: string]): unknown {
    const { builder, client, compile } = this[OF]!
    if (this.method === 'columnInfo') return withoutAdded(compile.apply(this, args), addedTo)
    const rules = configured(policy())
    if (rules === null) return compile.apply(this, args)
    const me = actingId()
    const outer = current
    const span = outer ? null : tracing()?.begin('usertwo.query', acting())
    try {
      refuseForeignBuilder(builder, me)
      if (me === SYSTEM) return compile.apply(this, args)
      // `builder.toSQL('del')` overrides the builder's method; 'where' is how knex compiles a group of conditions.
      if (args[0] && args[0] !== 'where') this.method = args[0]
      current = frameOf(outer, client, dialect, rulesOf(rules), me, builder)
      scopeStatement(current, this)
      const compiled = madeIn(compile.apply(this, args), builder._single[MADE_IN])
      return outer ? compiled : markByKey(compiled, rowsByKey(current, this, builder))
    } catch (error) {
      span?.fail(error)
      throw error
    } finally {
      current = outer
      span?.end()
    }
  }
  const enforced = () => policy() !== null
  const layer = Object.create(dialect)
  layers.add(layer)
  layer[COMPILES] = true
  const own = {
    constructor: Object.assign(function Scoped() {}, { prototype: layer }),
    queryBuilder(this: KnexClient): Builder {
      const builder = dialect.queryBuilder.call(this)
      markMaker(builder, enforced)
      return builder
    },
    queryCompiler(this: KnexClient, builder: Builder, bindings?: unknown): Compiler {
      const compiler: Scoped = dialect.queryCompiler.call(this, builder, bindings)
      compiler[OF] = { builder, client: this, compile: compiler.toSQL }
      compiler.toSQL = toSQL
      return compiler
    },
    // knex searches the whole text for question marks each time it sends it.
    positionBindings: memoise((sql) => dialect.positionBindings(sql)),
    raw(this: KnexClient, sql: unknown, bindings?: unknown): Raw {
      return watched(dialect.raw.call(this, sql, bindings), policy, enforced() ? jobHere() : null)
    },
  }
  for (const [name, value] of Object.entries({ ...own, ...sendingOf(dialect) })) {
    Object.defineProperty(layer, name, { value, configurable: true, writable: true })
  }
  return layer
}

/** How a compiled query is sent: with the job that made it, because knex sends it later. */
function sendingOf(dialect: KnexClient) {
  const _query: Send = refusingSend(function (connection, compiled) {
    return sendCompiled(connection, compiled[MADE_IN] ?? null, () =>
      dialect._query.call(this, forPromises(connection), compiled),
    )
  })
  const _stream: KnexClient['_stream'] = function (this: KnexClient, connection, compiled, ...rest) {
    return sendCompiled(connection, compiled[MADE_IN] ?? null, () =>
      dialect._stream.call(this, connection, compiled, ...rest),
    )
  }
  return { _query, _stream }
}

function frameOf(
  parent: Frame | null,
  client: KnexClient,
  dialect: KnexClient,
  rules: Rules,
  me: UserId | undefined,
  { _queryContext, _single }: Builder,
): Frame {
  const job = _single[MADE_IN] ?? parent?.job ?? null
  return { parent, client, dialect, rules, me, job, queryContext: _queryContext, ctes: NO_CTES, tables: [] }
}

/** Checks raw text when it compiles: apps make it at load, before their tables are known. */
function watched(raw: Raw, policy: PolicySource, job: JobCall | null): Raw {
  const compile = raw.toSQL
  const toSQL = function (this: Raw, ...args: unknown[]) {
    const rules = configured(policy())
    if (rules && actingId() !== SYSTEM) reportRaw(rulesOf(rules), 'raw', this)
    return madeIn(compile.apply(this, args), job)
  }
  return Object.defineProperty(raw, 'toSQL', { value: toSQL, configurable: true, writable: true })
}

function configured(policy: ReturnType<PolicySource>): QueryPolicy | null {
  if (policy !== 'unconfigured') return policy
  throw new ScopeError(
    'scope_unconfigured',
    'this database handle is scoped, but its configuration is not known yet. usertwo needs two edits: ' +
      'usertwo(app, config) around the app, and scope(db) around the database handle; call both before the first query',
  )
}

/** @throws ScopeError knex_version */
function assertKnown(client: KnexClient): void {
  const parts = ['queryCompiler', 'queryBuilder', 'raw', 'customWrapIdentifier', '_query'] as const
  const missing: string[] = parts.filter((part) => typeof client?.[part] !== 'function')
  if (missing.length === 0) {
    const compiler: Partial<Compiler> = client.queryCompiler(client.queryBuilder())
    const has = { grouped: compiler.grouped, single: compiler.single, toSQL: compiler.toSQL }
    missing.push(...Object.entries(has).flatMap(([part, value]) => (value ? [] : [part])))
  }
  if (missing.length === 0) return
  throw new ScopeError(
    'knex_version',
    `this knex cannot be scoped: its client has no ${missing.join(', ')}. Known to work: knex 0.20 to 3.3`,
  )
}
