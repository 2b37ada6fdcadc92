import { isOwned, ownedIn } from '../../../core/config.js'
import { q, quotedTable } from '../../../database/quoted.js'
import { ownedTables } from '../../../tools/attack/fixture/rows.js'
import type { Check, Evidence, Mutant } from '../../../tools/gate/check.js'
import notCopied from './mutants/per-user.not-copied.js'

/** Only where everybody has one row of something is there anything to forget. */
const NOT_COPIED: Mutant = {
  name: 'settings are not copied',
  names: 'a new user begins with other rows',
  by: { replace: [notCopied] },
}

export const newUser: Check = {
  id: 'isolation.new-user',
  title: 'A new user begins with nothing but settings of their own',
  proves: ['T1', 'R1'],
  fix: 'Mark the tables of which everybody has one row with perUser in the configuration.',
  async run(gate) {
    const { owner, other } = await gate.people()
    const tables = await ownedTables(gate.database, gate.config)
    const problems: Evidence[] = []
    for (const { name, owner: column } of tables) {
      const table = gate.config.tables[name]!
      const expected = isOwned(table) && table.perUser ? 1 : 0
      const [row] = await gate.database.sql<{ mine: number; theirs: number }>(
        `select count(*) filter (where ${q(column)}::text = $1)::int as mine,
           count(*) filter (where ${q(column)}::text = $2)::int as theirs from ${q(name)}`,
        [String(other.id), String(owner.id)],
      )
      if (row!.mine !== expected)
        problems.push({
          what: 'a new user begins with other rows',
          table: name,
          expected: String(expected),
          got: String(row!.mine),
        })
      if (row!.theirs === 0)
        problems.push({ what: 'the owner has no rows to lose: the seed is too small', table: name })
    }
    return { exercised: tables.length, unit: 'tables', problems }
  },
  mutants: (config) => [
    ...ownedIn(config)
      .flatMap(([, { perUser }]) => (perUser ? [NOT_COPIED] : []))
      .slice(0, 1),
    ...ownedIn(config)
      .slice(0, 1)
      .map(([table]) => ({
        name: `nobody has a row in ${table}`,
        names: `the owner has no rows to lose: the seed is too small\n${table}`,
        by: { sql: `truncate ${quotedTable(table)} cascade` },
      })),
  ],
}
