import type { Config } from '../../../core/config.js'
import { findTable, type Table } from '../../../database/catalog.js'
import { q, qualified } from '../../../database/quoted.js'
import type { GateDatabase } from '../../gate/gate.js'
import type { GateSession } from '../../gate/session.js'
import { catalogOf } from '../../inventory/look.js'
import type { Ask } from '../question.js'
import type { Reading } from '../reading/reading.js'
import { findWrites } from '../reading/writes.js'
import { nameOf } from './columns.js'
import { type Ownership, ownershipOf } from './owners.js'
import { rowsFor } from './rows.js'

/**
 * Whose data it is, and rows for the tables that have none.
 * @param ask for what neither the catalog nor the rows say
 */
export async function readSchema(
  { sources }: Reading,
  { database }: GateSession,
  ask: Ask,
): Promise<{ ownership: Ownership; seed: string }> {
  const catalog = await catalogOf(database.url)
  const counts = new Map<string, number>()
  const keys = new Map<string, string[]>()
  for (const table of catalog.tables) {
    const [row] = await database.sql<{ count: number }>(
      `select count(*)::int as count from ${qualified(table)}`,
    )
    counts.set(nameOf(table), row!.count).set(table.id, row!.count)
    const [key, ...others] = table.primaryKey
    if (key && !others.length) keys.set(table.id, await keysIn(database, table, key))
  }
  const [writes, said] = [findWrites(sources), new Map<string, string>()]
  const probe = ownershipOf(catalog, { counts, firstPerson: null, writes, said })
  for (const { table, ...question } of probe.unsure) said.set(table, await ask(question))
  const people = findTable(catalog, probe.users.table)
  const everybody = people
    ? await database.sql<{ key: number | string }>(
        `select ${q(probe.users.id)} as key from ${qualified(people)} order by 1 limit 100`,
      )
    : []
  const ownership = ownershipOf(catalog, {
    counts,
    firstPerson: (await whoYouAre(everybody, probe.users.table, ask)) ?? null,
    writes,
    said,
  })
  const owners = new Map(
    ownership.tables.flatMap((entry) =>
      'owner' in entry ? [[findTable(catalog, entry.name)!.id, entry.owner] as const] : [],
    ),
  )
  const enums = await database.sql<{ type: string; label: string }>(
    `select format_type(enumtypid, null) as type, enumlabel as label from pg_enum order by enumtypid, enumsortorder`,
  )
  const labels = new Map<string, string[]>()
  // Named with its schema or without, as the search path of who asks has it.
  for (const { type, label } of enums) {
    const name = type.replace(/^public\./, '')
    labels.set(name, [...(labels.get(name) ?? []), label])
  }
  const owner = { table: people?.id ?? '', column: ownership.users.id, id: ownership.ownerId }
  const seed = rowsFor(catalog, { enums: labels, counts, keys, owner }, owners)
  return {
    ownership,
    seed: seed && `-- Rows of the owner's for gates, where the app's own migrations leave none.\n${seed}\n`,
  }
}

/** The first of the people, unless it is said to be another. */
async function whoYouAre(
  people: readonly { key: number | string }[],
  table: string,
  ask: Ask,
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
