import { type Config, type OwnedTable, ownedIn, unenforcedIn } from '../../../src/config/config.js'
import { readCatalog } from '../../../src/database/catalog.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import { isOpenPolicy } from '../../../src/phases/6-isolation/schema/rights/policies.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'

const IN_WORDS = {
  off: 'every signed-in user reads and changes its rows',
  report: 'every signed-in user reads and changes its rows; this is only recorded',
}

export const enforced: Check = {
  id: 'isolation.enforced',
  title: 'Every owned table is enforced, in the configuration and in the database',
  proves: ['T4'],
  fix: "Set enforcement of the table named to 'enforce', parents first (usertwo rollout names the next one), then run: usertwo migrate up. While it is rolled out: a waiver with the table as its part and a last day; registration stays closed meanwhile.",
  async run({ config, database }) {
    const switched = unenforcedIn(config).map(
      ([table, at]): Evidence => ({
        what: `${table} is at '${at}': ${IN_WORDS[at]}`,
        table,
        part: table,
        expected: 'enforce',
        got: at,
      }),
    )
    const { tables } = await withClient(database.url, 'gate', readCatalog)
    const open = tables.flatMap(({ name, policies }): Evidence[] =>
      policies.some(isOpenPolicy) && !switched.some(({ table }) => table === name)
        ? [
            {
              what: `${name} is open to every signed-in user by ${policies.filter(isOpenPolicy).map((policy) => policy.name)}, and the configuration says enforce`,
              table: name,
              part: name,
            },
          ]
        : [],
    )
    return {
      exercised: ownedIn(config).length + 1,
      unit: 'tables',
      problems: [...switched, ...open],
      notes: dangerousIn(config),
    }
  },
  mutants: (config) => [
    ...ownedIn(config).flatMap(([table]) => [switchedTo('report', table), switchedTo('off', table)]),
    ...ownedIn(config)
      .slice(0, 1)
      .map(([table]) => ({
        name: `a policy that opens ${table} is left in the database`,
        names: `${table} is open to every signed-in user`,
        by: {
          sql: `create policy usertwo_open_select on ${quotedTable(table)} for select using (true)`,
        },
      })),
  ],
}

/** Settings that switch a protection off; the report names them. */
function dangerousIn(config: Config): string[] {
  return config.dangerouslyAnswerForeignRows
    ? ['dangerouslyAnswerForeignRows is set: an answer may hold rows that were read for another user']
    : []
}

function switchedTo(enforcement: 'off' | 'report', table: string): Mutant {
  const config = (before: Config): Config => ({
    ...before,
    tables: { ...before.tables, [table]: { ...(before.tables[table] as OwnedTable), enforcement } },
  })
  return { name: `${table} at '${enforcement}'`, names: `${table} is at '${enforcement}'`, by: { config } }
}
