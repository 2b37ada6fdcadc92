import { readSources } from '../../../reading/syntax/sources.js'
import { ownedIn, privateIn, readableIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { ownedTableIn } from '../../../src/phases/6-isolation/query/raw/refuse-raw.js'
import { campaign, campaignApp } from '../../attack/campaign/campaign.js'
import {
  crossedIn,
  WITHOUT_KEY_TRIGGERS,
  WITHOUT_POLICIES,
  WITHOUT_QUERY_LAYER,
} from '../../attack/defects.js'
import { type InDatabase, reachedInDatabase } from '../../attack/queries/in-database.js'
import { probeQueries } from '../../attack/queries/probe-queries.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import wrap from '../../gate/mutants/wrap.js'
import { nextAddress } from '../../gate/people/addresses.js'
import type { Replacement } from '../../gate/replace/replacing.js'
import { EPOCH } from '../../gate/templates.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import access from './mutants/query/access.js'
import byKey from './mutants/query/by-key.js'
import joins from './mutants/query/joins.js'
import keys from './mutants/query/keys.js'
import parents from './mutants/query/parents.js'
import predicate from './mutants/query/predicate.js'
import stamp from './mutants/query/stamp.js'
import statement from './mutants/query/statement.js'

const UNSCOPED =
  'the app uses knex, and scope(db) was given no handle of it: row-level security alone keeps its rows apart'

export const queryLayerAlone: Check = {
  id: 'isolation.query-layer-alone',
  title: 'The query layer alone stops every attack, with row-level security switched off',
  proves: ['T1', 'T2'],
  fix: 'A query reaches an owned table past the scoped knex handle, or in text that cannot be scoped: see the route. An app without knex has one layer instead of two, and the report says so.',
  timeout: 300_000,
  async run(gate) {
    if (!(await gate.hasQueryLayer())) {
      const at = await usesKnex(gate)
      const problems = at ? [{ what: UNSCOPED, at }] : []
      return { exercised: 0, unit: 'attacks', problems, nothingToDo: 'one lock: no knex' }
    }
    await gate.database.sql(`${WITHOUT_POLICIES}; ${WITHOUT_KEY_TRIGGERS}`)
    const queries = await probeQueries(gate, await gate.people(campaignApp()))
    // A leak that a bare query shows need not be shown again by a route.
    if (queries.problems.length) return queries
    // The answers of an app with one layer off say nothing about the app itself.
    const { refused: _, answers: __, ...routes } = await campaign(gate)
    const inDatabase = await reachedInDatabase(gate.database, gate.config)
    const bound = await boundRoutes(gate, routes.problems, inDatabase)
    return {
      ...routes,
      problems: routes.problems.filter(({ route }) => !route || !bound.includes(route)),
      notes: [
        ...(routes.notes ?? []),
        ...inDatabase.triggers.map((trigger) => `one lock, by a trigger of the database: ${trigger}`),
        ...bound.map(
          (route) => `one lock, by raw SQL, a view or a function through knex (rawQueries): ${route}`,
        ),
      ],
      // The check isolation.foreign-ids already reports what could not be tried.
      unproven: [],
      exercised: routes.exercised + queries.exercised,
    }
  },
  mutants: (config) => [
    {
      name: 'the query layer off too',
      names: crossedIn(config),
      by: { replace: WITHOUT_QUERY_LAYER },
    },
    ...ownedIn(config).map(([table]) => ({
      name: `no scope on ${table}`,
      names: new RegExp(`by the query layer alone\\n${table}$`, 'm'),
      by: { env: { UNSCOPED_TABLE: table }, replace: [access.oneOpen] },
    })),
    ...WRITES,
    ...(readableIn(config).length ? [UNNOTICED] : []),
    // These mutants need a private table: rows that all users read cannot leak, and any row may be inserted
    // under them.
    ...privateIn(config)
      .slice(0, 1)
      .flatMap((table) => [hungUnderAny(table), ...READS]),
  ],
  additions: [
    {
      name: 'a knex handle is scoped, and the queries go past it',
      names: /of the (?:owner|other) was shown to another user/,
      by: { replace: [wrap.unusedHandle] },
    },
  ],
}

/**
 * Returns the routes of these problems that query an owned table by raw SQL, by hand on a connection of knex, by a view or by a
 * function: the database alone keeps such a query to its user, as `rawQueries` says. Their recorded requests are sent again, and
 * the counters and statements read.
 */
async function boundRoutes(
  gate: Gate,
  problems: readonly Evidence[],
  { calls }: InDatabase,
): Promise<string[]> {
  // The first problem ends a mutant's run.
  if (gate.proving) return []
  const asked = new Set(problems.flatMap(({ route }) => route ?? []))
  if (asked.size === 0) return []
  const target = await gate.app(campaignApp())
  const { owner } = await gate.people(campaignApp())
  const reached = ownedTableIn(ownedIn(gate.config).map(([name]) => name))
  const raw = async () =>
    (await target.counters()).reduce(
      (sum, one) =>
        sum + (one.what === 'raw' && (one.kind === 'table' || reached(one.kind, one.sql)) ? one.times : 0),
      0,
    )
  const found = new Set<string>()
  for (const exchange of await gate.traffic()) {
    if (exchange.route === null || !asked.has(exchange.route) || found.has(exchange.route)) continue
    const before = await raw()
    await target.statements()
    await send(target, exchange, clockOf(EPOCH, 0), { ...owner, address: nextAddress() })
    const sent = (await target.statements()) ?? []
    if ((await raw()) > before || sent.some(({ text }) => calls(text))) found.add(exchange.route)
  }
  return [...found]
}

/** Returns the file of the app's own code that loads knex; null if none does. */
async function usesKnex({ folder, config, edits }: Gate): Promise<string | null> {
  const { server } = await readSources(folder, config, edits)
  return (
    server.find(({ imports }) => [...imports.values()].some(({ module }) => module === 'knex'))?.file ?? null
  )
}

function inLayer(
  name: string,
  replace: Replacement[],
  names: Mutant['names'] = 'by the query layer alone',
): Mutant {
  return { name, names, by: { replace } }
}

const WRITES = [
  inLayer('only reads are scoped', [access.readsAlone]),
  inLayer('new rows are not stamped', [stamp.unstamped]),
  inLayer('an owner in the row is believed', [stamp.believing]),
  // A dropped key meets no row.
  inLayer(
    'a merge reaches any row, by a key that is taken as given',
    [statement.anyMerge, keys.given],
    'overwritten by a merge by the query layer alone',
  ),
]

/**
 * An app may have no table whose rows have a parent. This mutant adds a column that lets rows of the table
 * have a parent in the same table.
 */
function hungUnderAny(table: string): Mutant {
  const { by, ...mutant } = inLayer(
    'a row may be hung under any other',
    [parents.any],
    'by usertwo_under, by the query layer alone',
  )
  const sql = `alter table ${quotedTable(table)} add usertwo_place int generated by default as identity unique,
    add usertwo_under int references ${quotedTable(table)} (usertwo_place)`
  return { ...mutant, by: { ...by, sql } }
}

const READS = [
  inLayer('OR without parentheses', [predicate.noParentheses]),
  inLayer('counts are not scoped', [statement.openCounts]),
  inLayer('joined tables are not scoped', [joins.open]),
]

const UNNOTICED = inLayer(
  'a write that names another user’s row finds nothing',
  [byKey.unmarked],
  'without a refusal by the query layer alone',
)
