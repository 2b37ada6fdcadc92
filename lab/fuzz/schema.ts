import { type Config, parseConfig } from '../../src/config/config.js'

/** A column that refers to rows of another table. */
interface Link {
  to: string
  /** The app's foreign key. Without one, the link sometimes dangles or refers to another user's row. */
  key?: 'cascade' | 'set null' | 'no action'
}

/** A table of the fuzz. All tables have id, n and name. */
export interface FuzzTable {
  name: string
  owner: string | null
  links: Record<string, Link>
  access: 'private' | 'self' | 'readable' | 'reference'
  /** Has a slug, which is unique per user. */
  slug?: true
}

export const FUZZ_TABLES: readonly FuzzTable[] = [
  { name: 'users', owner: 'id', links: {}, access: 'self' },
  { name: 'tags', owner: null, links: {}, access: 'reference' },
  {
    name: 'threads',
    owner: 'user_id',
    links: {
      parent_id: { to: 'threads', key: 'set null' },
      origin_id: { to: 'threads' },
      tag_id: { to: 'tags' },
    },
    access: 'private',
  },
  {
    name: 'events',
    owner: 'user_id',
    links: { thread_id: { to: 'threads', key: 'cascade' }, origin_id: { to: 'threads' } },
    access: 'private',
  },
  {
    name: 'notes',
    owner: 'author_id',
    links: { event_id: { to: 'events', key: 'set null' }, thread_id: { to: 'threads' } },
    access: 'private',
  },
  { name: 'posts', owner: 'author_id', links: { thread_id: { to: 'threads' } }, access: 'readable' },
  {
    name: 'labels',
    owner: 'user_id',
    links: {
      thread_id: { to: 'threads' },
      tag_id: { to: 'tags' },
      post_id: { to: 'posts', key: 'no action' },
    },
    access: 'private',
    slug: true,
  },
]
export const PRIVATE_TABLES = FUZZ_TABLES.filter((table) => table.access === 'private')
/** Tables into which a request may write its user's rows. */
export const WRITABLE = FUZZ_TABLES.filter(
  (table) => table.access === 'private' || table.access === 'readable',
)
export const FUZZ_USERS = [1, 2, 3] as const
export const OWNER_ID = 1
export const ROWS = 9
/** The number of each user's posts that other users' labels may refer to; such a post cannot be deleted. */
export const FAMOUS = 3

export function tableOf(name: string): FuzzTable {
  return FUZZ_TABLES.find((table) => table.name === name)!
}

/** Returns the columns in the order of the table. */
export function columnsOf(table: FuzzTable): string[] {
  const owner = table.owner && table.owner !== 'id' ? [table.owner] : []
  return ['id', ...owner, 'n', 'name', ...Object.keys(table.links), ...(table.slug ? ['slug'] : [])]
}

export function idOf(table: string, user: number, row: number): number {
  if (table === 'users') return user
  return (FUZZ_TABLES.findIndex((t) => t.name === table) + 1) * 10_000 + user * 1_000 + row
}

export function fuzzConfig(): Config {
  const tables = FUZZ_TABLES.filter((table) => table.access !== 'self').map(
    ({ name, owner, access, slug }) => [
      name,
      owner ? { owner, access, ...(slug && { unique: [`${name}_slug_key`] }) } : { access },
    ],
  )
  return parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: OWNER_ID },
    users: { table: 'users', id: 'id' },
    tables: Object.fromEntries(tables),
  })
}
