import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { allValues } from '../../../reading/flow/values.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import { q, qualified } from '../../../src/database/quoted.js'
import { meaningOf, nameOf } from '../../../src/sql/meaning.js'
import { configuredName } from './columns.js'

/** Below this length a value can be tried out. */
const SHORTEST = 16
const TEXT = /^(?:text|character|citext|uuid|bytea)/
/** `share_token`, `feedSecret`, `tokenHash`, `apitoken`; not `secretary`. */
const NAMED = /(?:[Tt]oken|TOKEN|[Ss]ecret|SECRET)s?(?:$|_|(?=[A-Z]))/
/** They hold secrets in some tables and plain names in others. */
const MAYBE = /(?:^|_)(?:code|key|hash|slug)$/i

type Asked = Pick<GateDatabase, 'sql'>

/**
 * The tables of secrets, each with the reason: a user who reads a row can use it. A column says so by its name, or
 * because it is unique, long in every row and what a route finds the row by.
 * @param counts rows of each table
 * @param routes the routes as the sources have them; asked only where a column may be one
 */
export async function secretTables(
  { tables }: Catalog,
  database: Asked,
  counts: ReadonlyMap<string, number>,
  routes: () => Promise<readonly FollowedRoute[]>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const table of tables) {
    if (!counts.get(table.id)) continue
    const why = await secretOf(table, tables, database, routes)
    if (why) found.set(configuredName(table), why)
  }
  return found
}

async function secretOf(
  table: Table,
  all: readonly Table[],
  database: Asked,
  routes: () => Promise<readonly FollowedRoute[]>,
): Promise<string | null> {
  const texts = table.columns.filter(({ type }) => TEXT.test(type))
  const named = texts.find(({ name }) => NAMED.test(name))
  if (named) return `its column ${named.name} is named for a secret`
  for (const { name } of texts) {
    if (!isUnique(table, name, all) || !(await isLong(table, name, database))) continue
    const by = (await routes()).find((route) => findsBy(route, table.name, name))
    if (by) return `${by.method} ${by.path} finds a row by its column ${name}, which is long and unique`
  }
  return null
}

/** A key to which other tables refer says what a row is of, and is not a secret. */
const isUnique = (table: Table, column: string, all: readonly Table[]) =>
  table.indexes.some(
    ({ unique, columns: [first, ...others], definition }) =>
      unique && others.length === 0 && (first === column || (first === null && isOver(definition, column))),
  ) &&
  !all.some(({ foreignKeys }) =>
    foreignKeys.some(({ target }) => target.id === table.id && target.columns.includes(column)),
  )

/** Whether an index is over an expression of a column: `lower(address)`. */
const isOver = (definition: string, column: string) =>
  meaningOf(definition.slice(definition.indexOf(' USING '))).some((token) => nameOf(token) === column)

async function isLong(table: Table, column: string, { sql }: Asked): Promise<boolean> {
  const [row] = await sql<{ least: number | null }>(
    `select min(length(${q(column)}::text))::int as least from ${qualified(table)}`,
  )
  return (row?.least ?? 0) >= SHORTEST
}

const findsBy = ({ queries }: FollowedRoute, table: string, column: string) =>
  queries.some(
    ({ tables, conditions }) =>
      [...tables].some((one) => one.toLowerCase() === table.toLowerCase()) &&
      conditions.some(
        (one) =>
          one.column.replaceAll('"', '').split('.').at(-1)!.toLowerCase() === column.toLowerCase() &&
          (one.value ? allValues(one.value) : []).some(({ kind }) => /^(?:part|opaque|unknown)$/.test(kind)),
      ),
  )

/** A column that may hold a secret, by a name that plain lists have too. */
export const maybeSecret = ({ columns }: Table): string | undefined =>
  columns.find(({ name, type }) => TEXT.test(type) && MAYBE.test(name))?.name
