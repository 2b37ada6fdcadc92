import pg from 'pg'
import { q } from '../../../database/quoted.js'
import type { Evidence, Finding } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { readRequestRole } from '../enforcement.js'
import { mirror } from './mirror.js'
import { changed, fingerprints, ownedTables } from './rows.js'

/**
 * Asks the database itself, in the request role and bound to the second person, for every owned table: what is read,
 * changed and deleted without a single condition. Everything is rolled back.
 */
export async function probeTables(gate: Gate): Promise<Finding> {
  const { owner, other } = await gate.people()
  const tables = await ownedTables(gate.database, gate.config)
  await mirror(gate.database, tables, owner.id, other.id)
  const client = new pg.Client({ connectionString: gate.database.url })
  await client.connect()
  const problems: Evidence[] = []
  const before = await fingerprints(gate.database, tables, owner.id)
  try {
    const role = q(await readRequestRole(client))
    for (const { name, owner: column, readable } of tables) {
      const type = await typeOf(gate, name, column)
      const [table, mine] = [q(name), q(column)]
      const attempts = {
        ...(!readable && {
          'is shown to somebody else': `select count(*)::int as n from ${table} where ${mine}::text = $1`,
        }),
        'can be changed by somebody else': `with x as (update ${table} set ${mine} = ${mine} returning ${mine}) select count(*)::int as n from x where ${mine}::text = $1`,
        'can be made of somebody else’s row': `update ${table} set ${mine} = $1::text::${type}`,
        'can be deleted by somebody else': `with x as (delete from ${table} returning ${mine}) select count(*)::int as n from x where ${mine}::text = $1`,
      }
      for (const [what, sql] of Object.entries(attempts)) {
        await client.query('begin')
        await client.query(`set local role ${role}`)
        await client.query(`select set_config('usertwo.user_id', $1, true)`, [String(other.id)])
        const { n } = await client.query<{ n: number }>(sql, [String(owner.id)]).then(
          ({ rows, rowCount }) => rows[0] ?? { n: rowCount ?? 0 },
          () => ({ n: 0 }),
        )
        await client.query('rollback')
        if (n > 0)
          problems.push({
            what: `a row of the owner ${what}, by the database itself`,
            table: name,
            got: `${n} rows`,
          })
      }
    }
  } finally {
    await client.end()
  }
  for (const table of changed(before, await fingerprints(gate.database, tables, owner.id)))
    problems.push({ what: 'a probe has changed rows although it was rolled back', table })
  return {
    exercised: tables.reduce((sum, { readable }) => sum + (readable ? 3 : 4), 0),
    unit: 'attacks',
    problems,
  }
}

async function typeOf({ database }: Gate, table: string, column: string): Promise<string> {
  const [found] = await database.sql<{ type: string }>(
    `select format_type(atttypid, null) as type from pg_attribute where attrelid = to_regclass($1) and attname = $2`,
    [q(table), column],
  )
  return found!.type
}
