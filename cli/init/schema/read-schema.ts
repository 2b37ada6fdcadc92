import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { GateSession } from '../../../proof/gate/session.js'
import { catalogOf } from '../../../proof/inventory/look.js'
import type { Clone } from '../../../proof/postgres/throw-away.js'
import { appFunctions } from '../../../proof/statements/functions.js'
import type { Config } from '../../../src/config/config.js'
import {
  APP_SCHEMAS,
  notOfExtension,
  type Queryable,
  withPlainNames,
} from '../../../src/database/catalog/ask.js'
import { type Catalog, findTable, type Table } from '../../../src/database/catalog.js'
import { q, qualified } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import { readUpserts } from '../../../src/phases/6-isolation/schema/keys/named-uniques.js'
import { SEED } from '../files/planned.js'
import { betterAuthTables, loginTableNames } from '../own-login/better-auth/login-tables.js'
import type { SessionLogin } from '../own-login/read-login.js'
import type { AskOwner } from '../question.js'
import { addedByJobs } from '../reading/added-by-jobs.js'
import type { Reading } from '../reading/reading.js'
import { findWrites, tablesChangedBy } from '../reading/writes.js'
import { configuredName, namesInUse } from './columns.js'
import { keptRows } from './kept-rows.js'
import { ledgersIn, withLedgers } from './ledgers.js'
import { namedRows } from './named-rows.js'
import { type Ownership, type OwnershipHints, ownershipOf, usersTableIn } from './owners.js'
import { requestKeys } from './request-keys.js'
import { rowsFor } from './rows.js'
import { secretRoutes } from './secret-routes.js'
import { secretTables } from './secrets.js'
import { unmadeRows } from './unmade-rows.js'

/**
 * Whose data it is, and rows for the tables that have none.
 * @param again a database that was seeded once more
 * @param ask for what neither the catalog nor the rows say
 */
export async function readSchema(
  { folder, sources, migrations, session: login, routes }: Reading,
  { database }: GateSession,
  again: () => Promise<Clone>,
  ask: AskOwner,
): Promise<{ ownership: Ownership; seed: string; kept: boolean }> {
  const catalog = withoutLogin(await catalogOf(database.url), login)
  const { counts, keys } = await rowsIn(catalog, database)
  const said = new Map<string, string>()
  const inDatabase = await withClient(database.url, 'init', async (client) => ({
    writes: await withDatabaseWrites(client, findWrites(sources)),
    upserts: await readUpserts(client),
    inUse: await namesInUse(client, sources),
  }))
  const rows = await namedRows(
    catalog,
    database,
    usersTableIn(catalog.tables, { counts, hasLogin: login !== null }),
  )
  const secrets = await secretTables(catalog, database, counts, routes)
  const chosen = requestKeys(catalog.tables, await routes())
  const seen = { ...inDatabase, counts, rows, secrets, chosen, hasLogin: login !== null }
  const first = ownershipOf(catalog, { ...seen, firstPerson: null, named: null, said })
  for (const { table, ...question } of first.unsure) {
    const answer = await ask(question)
    if (answer !== question.guess) said.set(table, answer)
  }
  const probe = ownershipOf(catalog, { ...seen, firstPerson: null, named: null, said })
  const people = findTable(catalog, probe.users.table)
  const everybody = people ? await firstPeople(database, people, probe.users.id) : []
  const followed = await routes()
  const owned = ownershipOf(catalog, {
    ...seen,
    firstPerson: (await whoYouAre(everybody, probe.users.table, ask)) ?? null,
    named: people ? null : await namedIn(database, catalog, probe, ask),
    said,
  })
  const at = { folder, counts, routes: followed }
  const ownership = withLedgers(owned, await ledgersIn(catalog, database, at))
  const owners = ownersOf(ownership, catalog)
  const owner = { table: people?.id ?? '', column: ownership.users.id, id: ownership.ownerId }
  const known = { enums: await enumsOf(database), counts, keys, owner }
  const { text: made, refused } = await rowsFor(catalog, known, owners, database.url, again)
  const kept = migrations.seed ? await keptRows(catalog, database, again) : ''
  const points = [
    ...pointsOfEmpty(refused),
    ...(await unmadeRows(catalog.tables, followed, ownership, counts, database, addedByJobs(sources))),
    ...secretRoutes(catalog, followed, ownership),
  ]
  return {
    ownership: withPoints(ownership, points),
    kept: kept !== '',
    seed: [
      kept && `${KEPT}\n${kept}\n`,
      made && `-- Rows of the owner's for gates, where the app's own migrations leave none.\n${made}\n`,
    ].join(''),
  }
}

const firstPeople = (database: GateDatabase, people: Table, id: string) =>
  database.sql<{ key: number | string }>(
    `select ${q(id)} as key from ${qualified(people)} order by 1 limit 100`,
  )

/** The owner column of each table that has one. */
const ownersOf = ({ tables }: Ownership, catalog: Catalog) =>
  new Map(
    tables.flatMap((entry) =>
      'owner' in entry ? [[findTable(catalog, entry.name)!.id, entry.owner] as const] : [],
    ),
  )

/** How many rows each table has, and the keys of those with a key of one column. */
async function rowsIn(catalog: Catalog, database: GateDatabase) {
  const counts = new Map<string, number>()
  const keys = new Map<string, string[]>()
  for (const table of catalog.tables) {
    const [row] = await database.sql<{ count: number }>(
      `select count(*)::int as count from ${qualified(table)}`,
    )
    counts.set(configuredName(table), row!.count).set(table.id, row!.count)
    const [key, ...others] = table.primaryKey
    if (key && !others.length) keys.set(table.id, await keysIn(database, table, key))
  }
  return { counts, keys }
}

const withPoints = (ownership: Ownership, points: string[]): Ownership => ({
  ...ownership,
  points: [...ownership.points, ...points],
})

const pointsOfEmpty = (refused: ReadonlyMap<string, string>) =>
  [...refused].map(
    ([table, why]) =>
      `table ${table.replace(/^public\./, '')}: it has no rows, and the database refuses those that were made up (${why}): write some into ${SEED}, so that a gate sees that each user gets their own`,
  )

/** The labels of each enum type. */
async function enumsOf({ sql }: GateDatabase): Promise<Map<string, string[]>> {
  const enums = await sql<{ type: string; label: string }>(
    `select format_type(enumtypid, null) as type, enumlabel as label from pg_enum order by enumtypid, enumsortorder`,
  )
  const labels = new Map<string, string[]>()
  // The name has its schema or not, depending on the search path.
  for (const { type, label } of enums) {
    const name = type.replace(/^public\./, '')
    labels.set(name, [...(labels.get(name) ?? []), label])
  }
  return labels
}

/** A row of a session has no owner column: the app's own login looks it up. */
function withoutLogin(catalog: Catalog, login: SessionLogin | null): Catalog {
  const { table } = login?.store ?? { table: null }
  const ofBetterAuth = login?.betterAuth ? betterAuthTables(catalog) : null
  const left = [...(table === null ? [] : [table]), ...(ofBetterAuth ? loginTableNames(ofBetterAuth) : [])]
  const tables = left.map((name) => findTable(catalog, name))
  return { ...catalog, tables: catalog.tables.filter((one) => !tables.includes(one)) }
}

const KEPT =
  '-- What the app’s own seed has made. It makes keys again each time, and the recorded day names these.'

/** Whom the rows of an app without a table of people name as their owner; where there are several, who most of them do. */
async function namedIn(
  database: GateDatabase,
  catalog: Catalog,
  { tables }: Ownership,
  ask: AskOwner,
): Promise<OwnershipHints['named']> {
  const found = new Map<string, { rows: number; key: number | string; at: string }>()
  for (const entry of tables) {
    const table = findTable(catalog, entry.name)!
    const column = 'owner' in entry && table.columns.find(({ name }) => name === entry.owner)
    if (!column) continue
    const rows = await database.sql<{ key: string; rows: number }>(
      `select ${q(column.name)}::text as key, count(*)::int as rows from ${qualified(table)}
       where ${q(column.name)} is not null group by 1 order by 2 desc limit 100`,
    )
    for (const row of rows) {
      const known = found.get(row.key)
      const key = /int/.test(column.type) ? Number(row.key) : row.key
      const at = known?.at ?? `${entry.name}.${column.name}`
      found.set(row.key, { rows: row.rows + (known?.rows ?? 0), key, at })
    }
  }
  const most = [...found].sort(([, a], [, b]) => b.rows - a.rows)
  if (most.length < 2) return most[0]?.[1] ?? null
  const answers = most.map(([key]) => key)
  const asks = 'Who owns the data? The app has no table of users, and the rows name several'
  const said = await ask({ asks, guess: answers[0]!, answers, at: most[0]![1].at })
  return found.get(said) ?? null
}

/** The first of the users, unless the answer names another. */
async function whoYouAre(
  people: readonly { key: number | string }[],
  table: string,
  ask: AskOwner,
): Promise<number | string | undefined> {
  const [first] = people
  if (!first || people.length === 1) return first?.key
  const answers = people.map(({ key }) => String(key))
  const asks = `Whose is all the data? By key, which row of ${table} are you`
  const said = await ask({ asks, guess: answers[0]!, answers, at: `${people.length} rows` })
  return people.find(({ key }) => String(key) === said)?.key
}

async function keysIn(database: GateDatabase, table: Table, key: string): Promise<string[]> {
  const rows = await database.sql<{ key: string }>(
    `select quote_literal(${q(key)}::text) as key from ${qualified(table)} order by 1 limit 3`,
  )
  return rows.map((row) => row.key)
}

/** An owner column that is added in phase 6 is not there yet: then every row is the owner's. */
async function ownersThere({ database }: GateSession, { tables }: Ownership): Promise<Set<string>> {
  const rows = await database.sql<{ place: string }>(
    `select table_name || '.' || column_name as place from information_schema.columns`,
  )
  const there = new Set(rows.map(({ place }) => place))
  return new Set(
    tables.flatMap((entry) =>
      'owner' in entry && there.has(`${entry.name.split('.').at(-1)}.${entry.owner}`) ? [entry.name] : [],
    ),
  )
}

/** The configuration of a database as it is before phase 6. */
export async function asTheyAre(session: GateSession, ownership: Ownership): Promise<Config> {
  const { config } = session
  const there = await ownersThere(session, ownership)
  const tables = Object.entries(config.tables).map(([name, table]) => [
    name,
    there.has(name) ? table : { access: 'reference' as const },
  ])
  return { ...config, tables: { [config.users.table]: { access: 'self' }, ...Object.fromEntries(tables) } }
}

/** Where rows of a table are changed; `null`: of some table that is computed. */
type Writes = ReadonlyMap<string | null, string>

/** A function, a rule, or a view with the table under it. */
interface Written {
  what: string
  text: string
  /** a view: the tables that it reads */
  tables: string[] | null
}

/**
 * Adds what the database itself changes to what the sources do: by its functions, those of triggers included, its rules, and
 * the views that the sources write through.
 */
export async function withDatabaseWrites(client: Queryable, writes: Writes): Promise<Writes> {
  const all = new Map(writes)
  const add = (table: string | null, at: string) => {
    if (!all.has(table)) all.set(table, at)
  }
  const found = await written(client)
  for (const { what, text, tables } of found) {
    if (tables !== null) continue
    for (const table of tablesChangedBy(text)) add(table, what)
    // Dynamic SQL.
    if (/\bexecute\b/i.test(text)) add(null, what)
  }
  // A view may stand over another.
  for (let before = -1; before < all.size; ) {
    before = all.size
    for (const { what, text, tables } of found)
      if (tables !== null && all.has(text)) for (const table of tables) add(table, what)
  }
  return all
}

const written = (client: Queryable): Promise<Written[]> =>
  withPlainNames(client, async () => {
    const functions = (await appFunctions(client)).map(({ name, body, definition }) => ({
      what: `function ${name}`,
      text: body || definition,
      tables: null,
    }))
    const { rows } = await client.query<Written>(
      `select 'rule ' || r.rulename || ' on ' || n.nspname || '.' || c.relname as what, pg_get_ruledef(r.oid) as text, null::text[] as tables
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
      where ${APP_SCHEMAS} and r.ev_type <> '1' and ${notOfExtension('pg_class', 'c.oid')}
      union all
      select 'view ' || n.nspname || '.' || c.relname, c.relname, array_agg(distinct t.relname::text)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_rewrite r on r.ev_class = c.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid and t.oid <> c.oid
      where c.relkind = 'v' and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
      group by n.nspname, c.relname
      order by 1`,
    )
    return [...functions, ...rows]
  })
