import pg from 'pg'
import { literal, q, quotedTable } from '../../../../src/database/quoted.js'
import { readRequestRole } from '../../../../src/phases/6-isolation/start/enforcement.js'
import type { World } from '../../../attack/fixture/world.js'
import { triedAsRequest } from '../../../attack/queries/as-request.js'
import type { Evidence } from '../../../gate/check.js'
import type { GateDatabase } from '../../../gate/gate.js'

/** What usertwo's own layers refuse such a write with; any other error is the app's own. */
const REFUSED = ['42501', '23505', '42P10']

/**
 * Puts a row of each user again under its own key, by an upsert in the request role, for every owned table: it must be
 * the same row. Everything is rolled back.
 */
export async function putAgain({
  gate: { database, signal },
  tables,
  owner,
  other,
}: World): Promise<{ tried: number; problems: Evidence[] }> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const problems: Evidence[] = []
  let tried = 0
  try {
    const role = q(await readRequestRole(client))
    for (const { name, owner: column } of tables)
      for (const { id, name: who } of [owner, other]) {
        const sql = signal.aborted ? null : await upsertOf(database, name, column, id)
        if (sql === null) continue
        tried++
        const { rows, code } = await triedAsRequest(client, { role, id }, sql, id)
        if (rows > 0)
          problems.push({ what: `a row of the ${who} is stored under another key than its own`, table: name })
        else if (code !== undefined && REFUSED.includes(code))
          problems.push({ what: `the ${who} cannot put a row again under its key`, table: name, got: code })
      }
  } finally {
    await client.end()
  }
  return { tried, problems }
}

/** An upsert of a user's first row by its whole key, which counts the rows that got another one; null: the user has no row. */
async function upsertOf(
  { sql }: Pick<GateDatabase, 'sql'>,
  table: string,
  owner: string,
  id: string | number,
): Promise<string | null> {
  const columns = await sql<{ name: string; key: boolean; written: boolean }>(
    `select a.attname as name, coalesce(a.attnum = any (i.indkey), false) as key, a.attgenerated = '' as written
     from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [quotedTable(table)],
  )
  const names = (some: typeof columns) => some.map(({ name }) => q(name)).join(', ')
  const key = columns.filter((one) => one.key)
  const written = columns.filter((one) => one.written)
  if (key.length === 0) return null
  const array = `jsonb_build_array(${names(key)})::text`
  const [row] = await sql<{ key: string }>(
    `select ${array} as key from ${quotedTable(table)} where ${q(owner)}::text = $1 order by 1 limit 1`,
    [String(id)],
  )
  if (!row) return null
  return `with put as (insert into ${quotedTable(table)} (${names(written)}) overriding system value
      select ${names(written)} from ${quotedTable(table)} where ${q(owner)}::text = $1 and ${array} = ${literal(row.key)}
      on conflict (${names(key)}) do update set ${q(owner)} = excluded.${q(owner)} returning ${array} as key)
    select (count(*) filter (where key <> ${literal(row.key)}))::int as n from put`
}
