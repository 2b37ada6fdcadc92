import pg from 'pg'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { FORBIDDEN } from '../../../src/phases/6-isolation/requests/forbidden.js'
import { readRequestRole } from '../../../src/phases/6-isolation/start/enforcement.js'
import type { Evidence, Finding } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { cloneRows } from '../fixture/clone.js'
import { missing } from '../fixture/id-mapping.js'
import { type AttackedTable, changed, fingerprints, ownedTables } from '../fixture/rows.js'
import { triedAsRequest } from './as-request.js'

/**
 * Asks the database itself, in the request role and bound to the second person, for every owned table: what
 * is read, changed and deleted without a single condition. Everything is rolled back.
 */
export async function probeTables(gate: Gate): Promise<Finding> {
  const { owner, other, ranges } = await gate.people()
  const tables = await ownedTables(gate.database, gate.config)
  await cloneRows(gate.database, tables, owner.id, other.id)
  const client = new pg.Client({ connectionString: gate.database.url })
  await client.connect()
  const problems: Evidence[] = []
  let exercised = 0
  const before = await fingerprints(gate.database, tables, owner.id)
  const role = q(await readRequestRole(client))
  const tried = (sql: string, value: string | number) =>
    triedAsRequest(client, { role, id: other.id }, sql, value)
  try {
    for (const one of tables) {
      const { name, owner: column, byKey, key, keys } = one
      const [table, mine] = [quotedTable(name), q(column)]
      for (const [what, sql] of Object.entries(await attemptsOn(gate, one, other.id))) {
        exercised++
        const { rows } = await tried(sql, owner.id)
        if (rows > 0)
          problems.push({ what: `${what}, by the database itself`, table: name, got: `${rows} rows` })
      }
      if (!byKey || keys.length > 1) continue
      const [row] = await gate.database.sql<{ key: string }>(
        `select ${q(key)}::text as key from ${table} where ${mine}::text = $1 limit 1`,
        [String(owner.id)],
      )
      for (const verb of row ? [`update ${table} set ${mine} = ${mine}`, `delete from ${table}`] : []) {
        exercised++
        const { code } = await tried(`${verb} where ${q(key)} = $1`, row!.key)
        if (code !== FORBIDDEN)
          problems.push({
            what: 'a row of the owner that everybody reads can be named in a write without a refusal, by the database itself',
            table: name,
            got: `${verb.slice(0, 6)}: ${code ?? 'no error'}`,
          })
      }
    }
  } finally {
    await client.end()
    // A key that was dropped has taken a number, which no rollback gives back.
    await ranges.again()
  }
  for (const table of changed(before, await fingerprints(gate.database, tables, owner.id)))
    problems.push({ what: 'a probe has changed rows although it was rolled back', table })
  return {
    exercised,
    unit: 'attacks',
    problems,
  }
}

/** SQL by what it would show, where it reaches a row; $1 is the owner's id. */
async function attemptsOn(
  gate: Gate,
  attacked: AttackedTable,
  me: string | number,
): Promise<Record<string, string>> {
  const { name, owner, readable } = attacked
  const type = await typeOf(gate, name, owner)
  const [table, mine] = [quotedTable(name), q(owner)]
  return {
    ...(!readable && {
      'a row of the owner is shown to another user': `select count(*)::int as n from ${table} where ${mine}::text = $1`,
    }),
    'a row of the owner can be changed by another user': `with x as (update ${table} set ${mine} = ${mine} returning ${mine}) select count(*)::int as n from x where ${mine}::text = $1`,
    'another user’s row can be turned into a row of the owner': `update ${table} set ${mine} = $1::text::${type}`,
    'a row of the owner can be deleted by another user': `with x as (delete from ${table} returning ${mine}) select count(*)::int as n from x where ${mine}::text = $1`,
    ...(await chosenKey(gate, attacked, me)),
  }
}

/** A row like the sender's own, under a key that no row has, in a table whose keys the database makes. */
async function chosenKey(
  { database }: Gate,
  { name, owner, key, keys, isNumber, given }: AttackedTable,
  me: string | number,
): Promise<Record<string, string>> {
  const [mine] = await database.sql<{ key: string }>(
    `select ${q(key)}::text as key from ${quotedTable(name)} where ${q(owner)}::text = $1 order by ${q(key)} limit 1`,
    [String(me)],
  )
  if (given || keys.length > 1 || !mine) return {}
  const fresh = literal(isNumber ? String(Number(mine.key) + 500_000) : missing(mine.key))
  const row = `jsonb_populate_record(null::${quotedTable(name)}, to_jsonb(m) || jsonb_build_object(${literal(key)}, ${fresh}))`
  return {
    'a row can be made with a key of one’s choice': `with x as (insert into ${quotedTable(name)} select (${row}).* from ${quotedTable(name)} m
      where ${q(key)}::text = ${literal(mine.key)} returning ${q(key)}::text as key)
      select count(*)::int as n from x where key = ${fresh} and $1::text is not null`,
    'a row can be given a key of one’s choice': `with x as (update ${quotedTable(name)} set ${q(key)} = ${fresh}
      where ${q(key)}::text = ${literal(mine.key)} returning ${q(key)}::text as key)
      select count(*)::int as n from x where key = ${fresh} and $1::text is not null`,
  }
}

async function typeOf({ database }: Gate, table: string, column: string): Promise<string> {
  const [found] = await database.sql<{ type: string }>(
    `select format_type(atttypid, null) as type from pg_attribute where attrelid = to_regclass($1) and attname = $2`,
    [quotedTable(table), column],
  )
  return found!.type
}
