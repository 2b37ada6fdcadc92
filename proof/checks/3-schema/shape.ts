import { ADDED } from '../../../src/database/catalog.js'
import { quotedTable } from '../../../src/database/quoted.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'

/** The columns of requirements S1 to S4, as the catalog describes them. */
const COLUMNS: Record<string, Record<string, string>> = {
  'usertwo.credentials': {
    password_hash: 'text',
    roles: 'jsonb not null',
    is_active: 'boolean not null',
    is_verified: 'boolean not null',
  },
  'usertwo.user_sessions': {
    refresh_id: 'uuid not null',
    user_agent: 'text',
    ip_address: 'text',
    issued_at: 'timestamp with time zone not null',
    last_used_at: 'timestamp with time zone not null',
    expires_at: 'timestamp with time zone not null',
    revoked_at: 'timestamp with time zone',
  },
  'usertwo.revoked_tokens': {
    jti: 'text not null',
    revoked_at: 'timestamp with time zone not null',
    expires_at: 'timestamp with time zone not null',
  },
}
const USERS = { email: null, is_admin: 'boolean not null' }
/** columns that must be unique in their table */
const UNIQUE = [
  ['usertwo.credentials', 'user_id'],
  ['usertwo.user_sessions', 'refresh_id'],
  ['usertwo.revoked_tokens', 'jti'],
] as const

const TABLE = "nspname || '.' || relname"

export const shape: Check = {
  id: 'schema.shape',
  title: 'The tables for users, sessions and revoked tokens exist, and only usertwo can reach its own',
  proves: ['S1', 'S2', 'S3', 'S4'],
  fix: 'Run `usertwo migrate up`; a missing column or an extra right was not made by the migrations.',
  async run({ config, database }) {
    const users = config.users.table.includes('.') ? config.users.table : `public.${config.users.table}`
    const problems: Evidence[] = []
    let exercised = 0
    const expect = (holds: boolean, evidence: Evidence) => {
      exercised++
      if (!holds) problems.push(evidence)
    }

    const rows = await columnsIn(database)
    const types = new Map(rows.map(({ name, type }) => [name, type]))
    const added = new Set(rows.flatMap((row) => (row.added ? [row.name] : [])))
    for (const [table, columns] of Object.entries({ ...COLUMNS, [users]: USERS }))
      for (const [column, type] of Object.entries(columns)) {
        const got = types.get(`${table}.${column}`)
        // A column of the app itself may stay as it is: an address that is required, a flag that may be null.
        const own = table === users && !added.has(`${table}.${column}`)
        const fits = type === null ? got !== undefined && !got.endsWith('not null') : got === type
        const right = fits || (own && (type === null ? got !== undefined : `${got} not null` === type))
        expect(right, {
          what: `${table}.${column} is not as it must be`,
          table,
          expected: type ?? 'a column that may be null',
          got: got ?? 'no such column',
        })
      }

    const keyType = types.get(`${users}.${config.users.id}`)?.replace(' not null', '')
    for (const table of Object.keys(COLUMNS)) {
      const got = types.get(`${table}.user_id`)
      expect(got === `${keyType} not null`, {
        what: `${table}.user_id does not have the type of the users' key`,
        table,
        expected: `${keyType} not null`,
        got,
      })
    }

    const unique = await uniqueKeysIn(database)
    const isUnique = (table: string, wanted: string) =>
      unique.some(({ name, key }) => name === table && key.replace(/\((\w+)\)::text/, '$1') === wanted)
    for (const [table, column] of UNIQUE)
      expect(isUnique(table, column), { what: `${table}.${column} is not unique`, table })
    expect(isUnique(users, 'lower(email)') || isUnique(users, 'email'), {
      what: `two users could have one e-mail address: ${users}.email is not unique`,
      table: users,
    })

    const granted = await grantsToOthers(database)
    expect(granted.length === 0, {
      what: `roles other than the owner have rights on ${granted.map(({ name }) => name).join(', ')}`,
      expected: 'none: only usertwo reads password hashes and logins',
      got: granted.map(({ name, rights }) => `${name}: ${rights}`).join('; '),
    })
    return { exercised, unit: 'facts', problems }
  },
  mutants: ({ users }) => [
    {
      name: 'a column of the users is gone',
      names: 'is_admin is not as it must be',
      by: { sql: `alter table ${quotedTable(users.table)} drop column is_admin` },
    },
    {
      name: 'a token can be revoked twice',
      names: 'usertwo.revoked_tokens.jti is not unique',
      by: { sql: 'alter table usertwo.revoked_tokens drop constraint revoked_tokens_pkey' },
    },
    {
      name: 'every role may read the password hashes',
      names: 'have rights on usertwo.credentials',
      by: { sql: 'grant select on usertwo.credentials to public' },
    },
  ],
}

type Database = Gate['database']

const columnsIn = (database: Database) =>
  database.sql<{ name: string; type: string; added: boolean | null }>(
    `select ${TABLE} || '.' || attname as name, starts_with(col_description(attrelid, attnum), '${ADDED}') as added,
       format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end as type
     from pg_attribute join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
     where attnum > 0 and not attisdropped and not relispartition`,
  )

/** Returns what is unique in each table, by unique indexes over one column or expression. */
const uniqueKeysIn = (database: Database) =>
  database.sql<{ name: string; key: string }>(
    `select ${TABLE} as name, pg_get_indexdef(indexrelid, 1, true) as key
     from pg_index join pg_class c on c.oid = indrelid join pg_namespace n on n.oid = relnamespace
     where indisunique and indisvalid and indpred is null and indnkeyatts = 1`,
  )

/** Returns rights on usertwo's tables and schema that roles other than the owner have. */
const grantsToOthers = (database: Database) =>
  database.sql<{ name: string; rights: string }>(
    `select c.oid::regclass::text as name, string_agg(privilege_type, ', ') as rights
     from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
     where n.nspname = 'usertwo' and a.grantee <> c.relowner group by 1
     union all
     select 'schema usertwo', string_agg(privilege_type, ', ') from pg_namespace n, aclexplode(nspacl) a
     where nspname = 'usertwo' and a.grantee = 0 having count(*) > 0`,
  )
