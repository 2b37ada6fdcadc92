import { ownedIn, readableIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { campaign, campaignApp } from '../../attack/campaign/campaign.js'
import { WITH_ANY_CHECK, WITHOUT_POLICIES, WITHOUT_QUERY_LAYER, withoutPolicy } from '../../attack/defects.js'
import { probeTables } from '../../attack/queries/probe-tables.js'
import type { Check, Mutant } from '../../gate/check.js'

export const policiesAlone: Check = {
  id: 'isolation.policies-alone',
  title: 'Row-level security alone stops every attack, with the query layer switched off',
  proves: ['T1', 'T2'],
  fix: 'See the table: its policies are missing, not forced, or do not compare with usertwo.uid(). Run: usertwo migrate up. If isolation.foreign-ids reports the same route, begin there.',
  timeout: 300_000,
  async run(gate) {
    // A table that can be reached only through another table's row would hide a missing policy from every
    // route.
    await gate.people(campaignApp(WITHOUT_QUERY_LAYER))
    const tables = await probeTables(gate)
    if (tables.problems.length) return tables
    // The answers of an app with one layer off say nothing about the app itself.
    const { refused: _, answers: __, ...routes } = await campaign(gate, WITHOUT_QUERY_LAYER)
    // The check isolation.foreign-ids already reports what could not be tried.
    return { ...routes, unproven: [], exercised: routes.exercised + tables.exercised }
  },
  mutants: (config) => [
    { name: 'row-level security off too', names: 'by the database itself', by: { sql: WITHOUT_POLICIES } },
    ...ownedIn(config).map(([table]) => ({
      name: `no row-level security on ${table}`,
      names: new RegExp(`by the database itself\\n${table}$`, 'm'),
      by: { sql: withoutPolicy(table) },
    })),
    ...readableIn(config).flatMap(unrefused),
    { name: 'rows may be given away', names: 'by the database itself', by: { sql: WITH_ANY_CHECK } },
  ],
}

/** Mutants for a table that all users read, in addition to those of every owned table. */
function unrefused(table: string): Mutant[] {
  const names = new RegExp(`without a refusal, by the database itself\\n${table}$`, 'm')
  return ['update', 'delete'].flatMap((verb) => [
    {
      name: `no policy reports which rows of ${table} a request would ${verb}`,
      names,
      by: { sql: `drop policy usertwo_${verb}_met on ${quotedTable(table)}` },
    },
    {
      name: `no trigger refuses to ${verb} rows of others in ${table}`,
      names,
      by: { sql: `drop trigger usertwo_forbids_${verb} on ${quotedTable(table)}` },
    },
  ])
}
