import { q, quotedTable } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { dumpSchema } from '../../postgres/schema-dump.js'
import { appRows } from './app-rows.js'
import { migrateInOwnProcess } from './in-own-process.js'
import usersTable from './mutants/users-table.js'
import { schemaDifference } from './schema-difference.js'

/** Columns named `email` that usertwo cannot use; `says`: what the error must name. */
const SHAPES = [
  { shape: 'jsonb', column: `jsonb default '{"home": "ann@example.com"}'`, says: /jsonb/ },
  { shape: 'text[]', column: `text[] default '{ann@example.com}'`, says: /text\[\]/ },
  { shape: 'integer', column: 'integer default 7', says: /integer/ },
  {
    shape: 'generated',
    column: `text generated always as ('ann@example.com') stored`,
    says: /generated/,
  },
]

export const otherEmail: Check = {
  id: 'schema.other-email',
  title:
    'If the users table has an incompatible e-mail column, migrating stops with a message and changes nothing',
  proves: ['S1', 'S5'],
  fix: 'The migration went on over a column it cannot use: inspectUsers must refuse it before the first statement.',
  timeout: 120_000,
  async run(gate) {
    const { database, config } = gate
    const users = quotedTable(config.users.table)
    let exercised = 0
    const dump = () => withClient(database.url, 'gate', dumpSchema)
    const problems: Evidence[] = []
    await migrateToNothing(gate)
    await makeUsers(gate)
    for (const { shape, column, says } of SHAPES) {
      exercised++
      await database.sql(`alter table ${users} drop column if exists email`)
      await database.sql(`alter table ${users} add column email ${column}`)
      const [before, rows] = [await dump(), JSON.stringify([...(await appRows(gate))])]
      const said = await refusal(gate)
      const about = { table: config.users.table, expected: `an error that names email and ${shape}` }
      if (said === null)
        problems.push({ what: `migrated over an email column that is ${shape}`, ...about, got: 'no error' })
      else if (!/\bemail\b/.test(said) || !says.test(said) || !/UsersTableError/.test(said))
        problems.push({
          what: `the refusal of an email column (${shape}) does not say why`,
          ...about,
          got: said,
        })
      const when = `after the refusal of email (${shape})`
      problems.push(...schemaDifference(before, await dump(), when))
      if (JSON.stringify([...(await appRows(gate))]) !== rows)
        problems.push({ what: `${when}: the app’s rows have changed`, table: config.users.table })
      // The next shape begins on an unmigrated database, even if this one failed.
      if (problems.length > 0) break
    }
    return { exercised, unit: 'shapes', problems }
  },
  mutants: [
    {
      name: 'the type of the column is not checked',
      names: 'the refusal of an email column (jsonb)',
      by: { replace: [usersTable.anyType] },
    },
    {
      name: 'generated columns are not detected',
      names: 'an email column that is generated',
      by: { replace: [usersTable.anyColumn] },
    },
  ],
}

/** Returns the database to its state before phase 3. This step is not under test and needs no mutant. */
const migrateToNothing = (gate: Gate) => migrateInOwnProcess({ ...gate, edits: [], replace: [] }, 2)

/** If the app has no users table, creates one as the app would have, and tries the shapes on it. */
async function makeUsers({ database, config }: Gate): Promise<void> {
  const { table, id } = config.users
  const numbered = typeof config.owner.id === 'number'
  await withClient(database.url, 'gate', async (client) => {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      quotedTable(table),
    ])
    if (rows[0]?.there) return
    await client.query(
      `create table ${quotedTable(table)} (${q(id)} ${numbered ? 'integer' : 'text'} primary key)`,
    )
    await client.query(`insert into ${quotedTable(table)} values ($1)`, [config.owner.id])
  })
}

/** Returns the error with which the migration stopped; null if it succeeded. */
async function refusal(gate: Gate): Promise<string | null> {
  try {
    await migrateInOwnProcess(gate, 3)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
