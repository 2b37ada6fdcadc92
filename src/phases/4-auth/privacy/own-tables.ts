import type { Knex } from 'knex'
import { type Config, ownedIn } from '../../../config/config.js'
import type { UserId } from '../../../core/context.js'

/** Rows of one table that belong to a user. */
export interface OwnTable {
  /** where the export puts it: `app/notes`, `account/audit` */
  path: string
  /** the table, with its schema where the configuration names one */
  table: string
  columns: readonly string[]
  /** a condition, and its bindings */
  where: [sql: string, bindings: (string | number)[]]
}

/**
 * Returns every table with rows of a user, as far as the database has it: the user's row of the table of users, the owned
 * tables of the configuration, and usertwo's own. The column of the password is left out.
 */
export async function ownTables(db: Knex, config: Config, user: UserId): Promise<OwnTable[]> {
  const { table, id, password } = config.users
  const columnsOf = await catalogColumns(db)
  const app = [[table, id] as const, ...ownedIn(config).map(([name, { owner }]) => [name, owner] as const)]
  const ofApp = app.map(([name, owner]): OwnTable => {
    const columns = columnsOf(name).filter((column) => name !== table || column !== password)
    return { path: `app/${name}`, table: name, columns, where: ['?? = ?', [owner, user]] }
  })
  const ofAccount = Object.entries(ABOUT_USER).map(([name, { columns, where = 'user_id = ?' }]): OwnTable => {
    const there = new Set(columnsOf(`usertwo.${name}`))
    return {
      path: `account/${name}`,
      table: `usertwo.${name}`,
      columns: columns.filter((column) => there.has(column)),
      where: [where, [user]],
    }
  })
  return [...ofApp, ...ofAccount].filter(({ columns }) => columns.length > 0)
}

/** Returns how many rows of a user each table has, by its path. */
export async function rowCounts(db: Knex, tables: readonly OwnTable[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { path, table, where } of tables) {
    const found = await db(table)
      .whereRaw(...where)
      .count({ rows: '*' })
      .first()
    counts[path] = Number(found!.rows)
  }
  return counts
}

/** The columns of every table, in their order, by `table` in the search path and by `schema.table`. */
async function catalogColumns(db: Knex): Promise<(table: string) => string[]> {
  const { rows } = await db.raw<{ rows: { name: string; full: string; columns: string[] }[] }>(
    `select c.relname as name, n.nspname || '.' || c.relname as full,
       array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p')
       and (pg_table_is_visible(c.oid) or n.nspname not in ('pg_catalog', 'information_schema'))
     group by c.oid, c.relname, n.nspname
     order by pg_table_is_visible(c.oid)`,
  )
  const found = new Map<string, string[]>()
  for (const { name, full, columns } of rows) {
    found.set(full, columns)
    // A visible table comes last, so that its plain name means what a query would find.
    found.set(name, columns)
  }
  return (table) => found.get(table) ?? []
}

/** A table of usertwo with rows about users. */
interface AboutUser {
  /** What the user gets of a row: no secret and no hash of one. */
  columns: readonly string[]
  /** The condition for the rows of the user `?`. Default: `user_id = ?`. */
  where?: string
}

/** Every table of usertwo with rows about users, by name. own-tables.test.ts compares it with the catalog. */
export const ABOUT_USER: Readonly<Record<string, AboutUser>> = {
  audit: { columns: ['at', 'event', 'ip_address'] },
  credentials: {
    columns: [
      'roles',
      'is_active',
      'is_verified',
      'must_verify',
      'registered_openly',
      'created_at',
      'updated_at',
    ],
  },
  deletions: { columns: ['asked_at', 'due_at'] },
  identities: { columns: ['provider', 'iss', 'sub', 'shown', 'created_at', 'last_used_at'] },
  links: { columns: ['kind', 'email', 'former_email', 'role', 'created_at', 'expires_at', 'used_at'] },
  oauth_flows: { columns: ['provider', 'expires_at'] },
  outbox: { columns: ['kind', 'language', 'created_at', 'sent_at', 'given_up_at'] },
  passkey_challenges: { columns: ['expires_at'] },
  passkeys: { columns: ['name', 'transports', 'is_backed_up', 'created_at', 'last_used_at'] },
  password_resets: { columns: ['created_at', 'expires_at', 'used_at'] },
  recovery_codes: { columns: ['used_at'] },
  revoked_tokens: { columns: ['revoked_at', 'expires_at'] },
  tokens: {
    columns: ['name', 'scopes'],
    where: 'id in (select id from usertwo.user_sessions where user_id = ?)',
  },
  totp: { columns: ['confirmed_at'] },
  user_sessions: {
    columns: [
      'issued_at',
      'last_used_at',
      'authenticated_at',
      'expires_at',
      'revoked_at',
      'user_agent',
      'ip_address',
      'on_shared_computer',
    ],
  },
}
