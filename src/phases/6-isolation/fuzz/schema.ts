import type { Knex } from 'knex'
import type { QueryPolicy } from '../policy.js'
import { Random } from './random.js'

/** A table of the fuzz: all have id, n and name; `links` point at rows of other tables, some at nobody's. */
export interface FuzzTable {
  name: string
  owner: string | null
  links: Record<string, string>
  access: 'private' | 'self' | 'readable' | 'reference'
}

export const TABLES: readonly FuzzTable[] = [
  { name: 'users', owner: 'id', links: {}, access: 'self' },
  { name: 'threads', owner: 'user_id', links: { parent_id: 'threads', tag_id: 'tags' }, access: 'private' },
  { name: 'events', owner: 'user_id', links: { thread_id: 'threads' }, access: 'private' },
  {
    name: 'notes',
    owner: 'author_id',
    links: { event_id: 'events', thread_id: 'threads' },
    access: 'private',
  },
  { name: 'labels', owner: 'user_id', links: { thread_id: 'threads', tag_id: 'tags' }, access: 'private' },
  { name: 'posts', owner: 'author_id', links: { thread_id: 'threads' }, access: 'readable' },
  { name: 'tags', owner: null, links: {}, access: 'reference' },
]
export const WRITABLE = TABLES.filter((table) => table.access === 'private')
export const USERS = [1, 2, 3]
export const OWNER_ID = 1
const ROWS = 9

export function columnsOf(table: FuzzTable): string[] {
  const owner = table.owner && table.owner !== 'id' ? [table.owner] : []
  return ['id', ...owner, 'n', 'name', ...Object.keys(table.links)]
}

export function idOf(table: string, user: number, row: number): number {
  if (table === 'users') return user
  return (TABLES.findIndex((t) => t.name === table) + 1) * 10_000 + user * 1_000 + row
}

/** The schema `everyone`, and for each user N a schema `only_N` that holds just that user's rows. */
export async function fill(db: Knex): Promise<void> {
  const random = new Random(7)
  for (const schema of ['everyone', ...USERS.map((user) => `only_${user}`)]) {
    await db.raw('create schema ??', [schema])
    for (const table of TABLES) {
      // One's own database stamps by default: there is nobody else.
      const user = schema.startsWith('only_') ? `default ${schema.slice(5)}` : ''
      const columns = columnsOf(table).map(
        (column) => `"${column}" ${column === 'name' ? 'text' : 'int'} ${column === table.owner ? user : ''}`,
      )
      await db.raw(`create table ??.?? (${columns.join(', ')}, primary key (id))`, [schema, table.name])
    }
  }
  for (const table of TABLES) {
    const rows = USERS.flatMap((user) => rowsOf(table, user, random))
    await db.withSchema('everyone').into(table.name).insert(rows)
    for (const user of USERS) {
      const seen = table.access === 'private' || table.access === 'self'
      const own = seen ? rows.filter((row) => row[table.owner!] === user) : rows
      await db.withSchema(`only_${user}`).into(table.name).insert(own)
    }
  }
}

function rowsOf(table: FuzzTable, user: number, random: Random): Record<string, unknown>[] {
  return Array.from({ length: table.name === 'users' ? 1 : ROWS }, (_, row) => {
    const out: Record<string, unknown> = { id: idOf(table.name, user, row), n: random.below(6) }
    if (table.owner && table.owner !== 'id') out[table.owner] = user
    out.name = random.pick(['red', 'green', 'blue', null])
    for (const [column, parent] of Object.entries(table.links))
      out[column] = link(table, parent, user, row, random)
    return out
  })
}

/** 15 % of the links dangle or lead to a row of somebody else. A row's parent comes before it: trees end. */
function link(table: FuzzTable, parent: string, user: number, row: number, random: Random): number | null {
  if (random.chance(0.1)) return null
  const to = parent === table.name ? random.below(row + 1) - 1 : random.below(ROWS)
  if (random.chance(0.07)) return 5
  const whose = random.chance(0.1) ? random.pick(USERS) : user
  return to < 0 ? null : idOf(parent, whose, to)
}

export function fuzzPolicy(): QueryPolicy {
  const byName = new Map(TABLES.map((table) => [table.name, table]))
  const owned = TABLES.flatMap((table) => (table.owner ? [[table.name, table.owner] as const] : []))
  return {
    owned: new Map(owned),
    usersTable: 'users',
    ownerId: OWNER_ID,
    access: (name) => byName.get(name)?.access,
    columns: (name) => (byName.has(name) ? columnsOf(byName.get(name)!) : undefined),
    onRewrite: () => {},
    onRaw: () => {},
  }
}
