import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { Clone } from '../../../proof/postgres/throw-away.js'
import { isBookkeeping } from '../../../src/database/bookkeeping.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import { columnList, literal, q, qualified } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import { tablesParentsFirst } from './parents-first.js'

/** Above this size the file is too long to be read as an example. */
const MOST = 1024 * 1024

/**
 * The rows as SQL, where the app's seed gives them other keys each time: whatever names one would name nothing the next
 * time. Empty: the keys are the same every time, or it is too much.
 * @param again a database that was seeded once more
 */
export async function keptRows(
  catalog: Catalog,
  database: Pick<GateDatabase, 'sql'>,
  again: () => Promise<Pick<Clone, 'adminUrl'>>,
): Promise<string> {
  const tables = tablesParentsFirst(
    catalog.tables.filter((table) => !isBookkeeping(table) && table.parents.length === 0),
  )
  // A number comes from a sequence, and that begins at 1 every time.
  const made = tables.filter(({ primaryKey, columns }) =>
    columns.some(({ name, type }) => primaryKey.includes(name) && /^uuid|^text|^character/.test(type)),
  )
  const before = await keysOf(made, (text) => database.sql(text))
  if (before.length === 0) return ''
  const { adminUrl } = await again()
  const after = await withClient(adminUrl, 'init', (client) =>
    keysOf(made, async (text) => (await client.query(text)).rows),
  )
  if (before.join() === after.join()) return ''
  const statements: string[] = []
  for (const table of tables) statements.push(...(await statementsOf(table, database)))
  const text = statements.join('\n')
  return text.length > MOST ? '' : text
}

async function keysOf(
  tables: readonly Table[],
  ask: (text: string) => Promise<{ key: string }[]>,
): Promise<string[]> {
  const keys: string[] = []
  for (const table of tables) {
    const rows = await ask(
      `select (${table.primaryKey.map((name) => `${q(name)}::text`).join(` || ' ' || `)}) as key from ${qualified(table)}`,
    )
    keys.push(...rows.map(({ key }) => key))
  }
  return keys.sort()
}

async function statementsOf(table: Table, { sql }: Pick<GateDatabase, 'sql'>): Promise<string[]> {
  const columns = table.columns.filter(({ generated }) => !generated)
  const values = columns.map(({ name }) => `quote_nullable(${q(name)}::text)`).join(` || ', ' || `)
  const rows = await sql<{ row: string }>(`select ${values} as row from ${qualified(table)}`)
  if (rows.length === 0) return []
  const names = columnList(columns.map(({ name }) => name))
  const overriding = columns.some(({ identity }) => identity === 'always') ? ' overriding system value' : ''
  const all = rows.map(({ row }) => `  (${row})`).join(',\n')
  return [
    // What the migrations have put there is there already.
    `insert into ${qualified(table)} (${names})${overriding} values\n${all}\non conflict do nothing;`,
    ...columns
      .filter(({ default: by, identity }) => identity !== null || /^nextval\(/.test(by ?? ''))
      .map(
        ({ name }) =>
          `select setval(pg_get_serial_sequence(${literal(qualified(table))}, ${literal(name)}), (select max(${q(name)}) from ${qualified(table)}));`,
      ),
  ]
}
