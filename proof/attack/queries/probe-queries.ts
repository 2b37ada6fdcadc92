import { fileURLToPath } from 'node:url'
import { type Config, isOwned } from '../../../src/config/config.js'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import type { Finding } from '../../gate/check.js'
import type { Gate, GateDatabase, People } from '../../gate/gate.js'
import { nameInConfig } from '../fixture/catalog-sql.js'
import { cloneRows } from '../fixture/clone.js'
import { type AttackedTable, changed, fingerprints, ownedTables } from '../fixture/rows.js'

const PROGRAM = fileURLToPath(new URL('./probe-child.js', import.meta.url))

/** The orders for the child process, in one environment variable. */
export interface ProbeOrders {
  config: unknown
  /** the caller */
  other: string | number
  owner: string | number
  tables: ProbeTable[]
}

export interface ProbeTable {
  name: string
  owner: string
  key: string
  /** the database makes the key, and no request may choose it */
  made?: boolean
  /** all users may read its rows */
  readable?: boolean
  /** a write that names another user's row by its key is refused */
  refuses?: boolean
  /** a row of the owner, and a row of the caller from which new ones are made */
  theirs: Record<string, unknown>
  mine: Record<string, unknown>
  /** the number of the caller's rows */
  count: number
  /** columns that refer to an owned table, with a key of the owner's row there */
  parents: { column: string; theirs: number | string }[]
}

/** The findings of the child process. */
export interface ProbeReport {
  tried: number
  problems: { what: string; table: string; got: string }[]
}

export const PROBE = 'USERTWO_QUERY_PROBE'

/**
 * Tries the query layer alone, in its own process, as the second user: each kind of query on every owned
 * table, aimed at a row of the owner. A route may hide what a table would show; here no route is in front of
 * it.
 */
export async function probeQueries(gate: Gate, { owner, other, ranges }: People): Promise<Finding> {
  const tables = await ownedTables(gate.database, gate.config)
  await cloneRows(gate.database, tables, owner.id, other.id)
  const before = await fingerprints(gate.database, tables, owner.id)
  const orders: ProbeOrders = { config: gate.config, other: other.id, owner: owner.id, tables: [] }
  for (const table of tables) {
    const known = await probeTable(gate, table, owner.id, other.id)
    if (known) orders.tables.push(known)
  }
  const printed = await gate.run(['node', PROGRAM], { [PROBE]: JSON.stringify(orders) })
  // A key that was dropped has used up a number, which a rollback does not restore.
  await ranges.again()
  const { tried, problems } = JSON.parse(printed.trim().split('\n').at(-1)!) as ProbeReport
  const touched = changed(before, await fingerprints(gate.database, tables, owner.id))
  return {
    exercised: tried,
    unit: 'attacks',
    problems: [
      ...problems,
      ...touched.map((table) => ({ what: 'a probe has changed rows although it was rolled back', table })),
    ],
  }
}

/** A row of each user to try queries on; null: one of them has none, or none under a key of its own. */
export async function probeTable(
  { database, config }: { database: Pick<GateDatabase, 'sql'>; config: Config },
  one: AttackedTable,
  theirId: string | number,
  myId: string | number,
): Promise<ProbeTable | null> {
  const { name, owner, key, given = false, readable = false } = one
  const of = async (id: string | number, more = 'true') =>
    (
      await database.sql<{ row: Record<string, unknown>; count: number }>(
        `select to_jsonb(t) as row, (count(*) over ())::int as count from ${quotedTable(name)} t
         where ${q(owner)}::text = $1 and ${more} order by ${q(key)} limit 1`,
        [String(id)],
      )
    )[0]
  const mine = await of(myId)
  // Under a key that the caller has too, it is the caller's own row that is changed.
  const apart = `not exists (select from ${quotedTable(name)} m where m.${q(owner)}::text = ${literal(String(myId))} and m.${q(key)} = t.${q(key)})`
  const theirs = await of(theirId, apart)
  if (!theirs || !mine) return null
  const keys = await database.sql<{ column: string; parent: string; target: string }>(
    `select a.attname as column, ${nameInConfig('p', ['$2', '$3'])} as parent, b.attname as target
     from pg_constraint k join pg_class p on p.oid = k.confrelid
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
     join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
     where k.contype = 'f' and cardinality(k.conkey) = 1 and k.conrelid = to_regclass($1)`,
    [quotedTable(name), Object.keys(config.tables).map(quotedTable), Object.keys(config.tables)],
  )
  const parents: ProbeTable['parents'] = []
  for (const { column, parent, target } of keys) {
    const table = config.tables[parent]
    if (column === owner || !table || !isOwned(table) || table.access === 'readable') continue
    const [row] = await database.sql<{ id: number | string }>(
      `select ${q(target)} as id from ${quotedTable(parent)} where ${q(table.owner)}::text = $1 order by 1 limit 1`,
      [String(theirId)],
    )
    if (row) parents.push({ column, theirs: row.id })
  }
  const single = one.keys.length === 1
  return {
    name,
    owner,
    key,
    made: !given && single,
    readable,
    refuses: Boolean(one.byKey) && single,
    theirs: theirs.row,
    mine: mine.row,
    count: mine.count,
    parents,
  }
}
