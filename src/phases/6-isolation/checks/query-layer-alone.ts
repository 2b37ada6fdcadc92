import { ownedIn, privateIn, readableIn } from '../../../core/config.js'
import { q } from '../../../database/quoted.js'
import { campaign, campaignApp } from '../../../tools/attack/campaign.js'
import {
  crossedIn,
  WITHOUT_KEY_TRIGGERS,
  WITHOUT_POLICIES,
  WITHOUT_QUERY_LAYER,
} from '../../../tools/attack/defects.js'
import { probeQueries } from '../../../tools/attack/query-probe.js'
import type { Check, Mutation } from '../../../tools/gate/check.js'
import type { Gate } from '../../../tools/gate/gate.js'
import { readSources } from '../../../tools/inventory/sources.js'
import unusedHandle from './mutants/wrap.unused-handle.js'

const UNSCOPED =
  'the app uses knex, and scope(db) was given no handle of it: row-level security alone keeps its rows apart'

export const queryLayerAlone: Check = {
  id: 'isolation.query-layer-alone',
  title: 'The query layer holds every attack off by itself, with row-level security switched off',
  proves: ['T1', 'T2'],
  fix: 'A query reaches an owned table past the scoped knex handle, or in text that cannot be scoped: see the route. An app without knex has one lock instead of two, and the report says so.',
  timeout: 300_000,
  async run(gate) {
    if (!(await gate.hasQueryLayer())) {
      const at = await usesKnex(gate)
      const problems = at ? [{ what: UNSCOPED, at }] : []
      return { exercised: 0, unit: 'attacks', problems, nothingToDo: 'one lock: no knex' }
    }
    await gate.database.sql(`${WITHOUT_POLICIES}; ${WITHOUT_KEY_TRIGGERS}`)
    const queries = await probeQueries(gate, await gate.people(campaignApp()))
    // What a bare query shows, no route has to show again.
    if (queries.problems.length) return queries
    const routes = await campaign(gate)
    // What could not be tried is said once, by isolation.foreign-ids.
    return { ...routes, unproven: [], exercised: routes.exercised + queries.exercised }
  },
  mutations: (config) => [
    {
      name: 'the query layer off too',
      names: crossedIn(config),
      by: { replace: WITHOUT_QUERY_LAYER },
    },
    ...ownedIn(config).map(([table]) =>
      inLayer(
        `no scope on ${table}`,
        'access.js',
        'scoped: isScoped(access, verb)',
        `scoped: table !== ${JSON.stringify(table)} && isScoped(access, verb)`,
        new RegExp(`by the query layer alone\\n${table}$`, 'm'),
      ),
    ),
    ...ofWrites(),
    ...(readableIn(config).length ? [UNNOTICED] : []),
    // Where everybody reads every row there is none to be shown, and none to hang anything under.
    ...privateIn(config)
      .slice(0, 1)
      .flatMap((table) => [hungUnderAny(table), ...ofReads()]),
  ],
  additions: [
    {
      name: 'a knex handle is scoped, and the queries go past it',
      names: /of the (?:owner|other) was shown to somebody else/,
      by: { replace: [unusedHandle] },
    },
  ],
}

/** Where the app's own code loads knex; null: nowhere. */
async function usesKnex({ folder, config, edits }: Gate): Promise<string | null> {
  const { server } = await readSources(folder, config, edits)
  return (
    server.find(({ imports }) => [...imports.values()].some(({ module }) => module === 'knex'))?.file ?? null
  )
}

function inLayer(
  name: string,
  file: string,
  find: string,
  replace: string,
  names: Mutation['names'] = 'by the query layer alone',
): Mutation {
  return {
    name,
    names,
    by: { edit: [{ file: `dist/phases/6-isolation/query/${file}`, find, replace }] },
  }
}

function ofWrites(): Mutation[] {
  return [
    inLayer(
      'only reads are scoped',
      'access.js',
      'scoped: isScoped(access, verb)',
      "scoped: verb === 'read' && isScoped(access, verb)",
    ),
    inLayer('new rows are not stamped', 'stamp.js', 'stamped[table.owner] = frame.me;', ''),
    inLayer(
      'an owner in the row is believed',
      'stamp.js',
      'stamped[table.owner] = frame.me;',
      'Object.assign(stamped, row);',
    ),
    {
      // A key that is dropped meets no row.
      name: 'a merge reaches any row, by a key that is taken as given',
      names: 'overwritten by a merge by the query layer alone',
      by: {
        edit: [
          {
            file: 'dist/phases/6-isolation/query/statement.js',
            find: 'return [ownRows(frame, target)];',
            replace: 'return [];',
          },
          {
            file: 'dist/phases/6-isolation/query/keys.js',
            find: 'if (!key || value === null)',
            replace: 'if (true)',
          },
        ],
      },
    },
  ]
}

/** An app may have no table whose rows hang under others: here a column that hangs them under each other comes first. */
function hungUnderAny(table: string): Mutation {
  const { by, ...mutation } = inLayer(
    'a row may be hung under any other',
    'parents.js',
    'const owner = frame.rules.owned.get(parent.table);',
    'return value;',
    'by usertwo_under, by the query layer alone',
  )
  const sql = `alter table ${q(table)} add usertwo_place int generated by default as identity unique,
    add usertwo_under int references ${q(table)} (usertwo_place)`
  return { ...mutation, by: { ...by, sql } }
}

function ofReads(): Mutation[] {
  return [
    inLayer(
      'OR without parentheses',
      'predicate.js',
      'return [inParentheses(app), ...predicates];',
      'return [...app, ...predicates];',
    ),
    inLayer(
      'counts are not scoped',
      'statement.js',
      'const where = compiler.method',
      "if (compiler.grouped.columns?.some(({ type }) => type === 'aggregate')) return;\n    const where = compiler.method",
    ),
    inLayer('joined tables are not scoped', 'joins.js', '=== join && table.scoped', '=== join && false'),
  ]
}

const UNNOTICED = inLayer(
  'a write that names a row of somebody else’s finds nothing',
  'scope-knex.js',
  'markByKey(compiled, rowsByKey(current, this, builder));',
  ';',
  'without a refusal by the query layer alone',
)
