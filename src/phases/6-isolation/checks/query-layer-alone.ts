import { ownedIn } from '../../../core/config.js'
import type { Check, Mutation } from '../../../gate/check.js'
import { campaign, campaignApp } from '../attack/campaign.js'
import { WITHOUT_POLICIES, WITHOUT_QUERY_LAYER } from '../attack/defects.js'
import { probeQueries } from '../attack/query-probe.js'

const ONE_LOCK =
  'the app has no query layer: scope(db) was given no knex handle, so row-level security alone keeps its rows apart'

export const queryLayerAlone: Check = {
  id: 'isolation.query-layer-alone',
  title: 'The query layer holds every attack off by itself, with row-level security switched off',
  proves: ['T1', 'T2'],
  fix: 'A query reaches an owned table past the scoped knex handle, or in text that cannot be scoped: see the route. An app without knex has one lock instead of two: where that is wanted, waive this check with a reason and a last day.',
  timeout: 300_000,
  async run(gate) {
    if (!(await gate.hasQueryLayer())) return { exercised: 1, unit: 'apps', problems: [{ what: ONE_LOCK }] }
    await gate.database.sql(WITHOUT_POLICIES)
    const queries = await probeQueries(gate, await gate.people(campaignApp()))
    // What a bare query shows, no route has to show again.
    if (queries.problems.length) return queries
    const routes = await campaign(gate)
    // What could not be tried is said once, by isolation.foreign-ids.
    return { ...routes, unproven: [], exercised: routes.exercised + queries.exercised }
  },
  mutations: (config) => [
    { name: 'the query layer off too', by: { edit: WITHOUT_QUERY_LAYER } },
    ...ownedIn(config).map(([table]) =>
      inLayer(
        `no scope on ${table}`,
        'access.js',
        'scoped: isScoped(access, verb)',
        `scoped: table !== ${JSON.stringify(table)} && isScoped(access, verb)`,
      ),
    ),
    ...ofWrites(),
    ...ofReads(),
  ],
}

function inLayer(name: string, file: string, find: string, replace: string): Mutation {
  return { name, by: { edit: [{ file: `dist/phases/6-isolation/query/${file}`, find, replace }] } }
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
    inLayer('a merge reaches any row', 'statement.js', 'return [ownRows(frame, target)];', 'return [];'),
    inLayer(
      'a row may be hung under any other',
      'parents.js',
      'const owner = frame.rules.owned.get(parent.table);',
      'return value;',
    ),
  ]
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
