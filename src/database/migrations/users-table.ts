import type pg from 'pg'
import { looksLikeUuid } from '../../config/canonical-id.js'
import type { UserId } from '../../core/context.js'
import { q, qualified, quotedTable } from '../quoted.js'

/** The app's users table, as the configuration names it. */
export interface UsersConfig {
  /** `users`, or `schema.users` */
  table: string
  /** its primary key's column */
  id: string
  /** the app's own column of password hashes */
  password?: string
  /** what users log in with; default: an address, or their user name */
  login?: 'email' | 'username'
}

/** The place of the users table, existing or future. */
export interface UsersTable {
  exists: boolean
  schema: string
  name: string
  id: string
  /** the type of the key as SQL writes it: `integer`, `uuid`, `character varying(36)` */
  idType: string
}

/** usertwo cannot build on the users table. Nothing was changed. */
export class UsersTableError extends Error {
  constructor(
    table: string,
    readonly problems: string[],
  ) {
    super(
      `The users table ${table} cannot be used as it is; nothing was changed:\n- ${problems.join('\n- ')}`,
    )
    this.name = 'UsersTableError'
  }
}

const KEY_TYPES = ['int2', 'int4', 'int8', 'uuid', 'text', 'varchar', 'bpchar']
const TEXT_KEYS = ['text', 'varchar', 'bpchar']
const TEXT_TYPES = ['text', 'varchar', 'citext']

interface Column {
  name: string
  type: string
  /** the name of the type, of a domain that of the type below it */
  base: string
  isDomain: boolean
  generated: boolean
  isKey: boolean
}

/**
 * Inspects the users table before anything is changed.
 *
 * @throws UsersTableError with everything that is wrong with it
 */
export async function inspectUsers(
  client: pg.Client,
  config: UsersConfig,
  ownerId: UserId,
): Promise<UsersTable> {
  const [name, given] = config.table.split('.').reverse() as [string, string?]
  const { rows } = await client.query<{ schema: string | null; kind: string | null }>(
    `select coalesce(n.nspname, $2, current_schema())::text as schema, c.relkind as kind
     from (select to_regclass($1) as oid) t left join pg_class c on c.oid = t.oid
       left join pg_namespace n on n.oid = c.relnamespace`,
    [quotedTable(config.table), given ?? null],
  )
  const { schema, kind } = rows[0]!
  if (!schema)
    throw new UsersTableError(config.table, ['the search_path of this login names no existing schema'])
  const users = { exists: kind !== null, schema, name, id: config.id, idType: keyTypeFor(ownerId) }
  if (kind === null) return users
  if (kind !== 'r' && kind !== 'p')
    throw new UsersTableError(config.table, ['it is a view; name the table behind it in users.table'])
  const columns = await columnsOf(client, users)
  const problems = [
    ...keyProblems(columns, config.id, ownerId),
    ...(await spellingProblems(client, columns, users, ownerId)),
    ...passwordProblems(columns, config.password),
    ...(config.login === 'username' ? await nameProblems(client, columns, users) : []),
    ...(await columnProblems(client, columns, users)),
  ]
  if (problems.length > 0) throw new UsersTableError(config.table, problems)
  const { type, base, isDomain } = columns.get(config.id)!
  return { ...users, idType: isDomain ? base : type }
}

function keyTypeFor(ownerId: UserId): string {
  if (typeof ownerId === 'number') return 'integer'
  return looksLikeUuid(ownerId) ? 'uuid' : 'text'
}

async function columnsOf(client: pg.Client, users: UsersTable): Promise<Map<string, Column>> {
  const { rows } = await client.query<Column>(
    `with recursive below(oid, of) as (select oid, oid from pg_type where typtype <> 'd' union all
       select t.oid, b.of from below b join pg_type t on t.typbasetype = b.oid and t.typtype = 'd')
     select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       t.typname as base, a.atttypid <> t.oid as "isDomain", a.attgenerated <> '' as generated,
       exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique and i.indisvalid
         and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) as "isKey"
     from pg_attribute a join below b on b.oid = a.atttypid join pg_type t on t.oid = b.of
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
    [qualified(users)],
  )
  return new Map(rows.map((column) => [column.name, column]))
}

/** `01` and `1.0` name user 1, and are not equal to the id that a query returns. */
const isInteger = (id: UserId) => Number.isSafeInteger(Number(id)) && String(Number(id)) === String(id)

function keyProblems(columns: Map<string, Column>, id: string, ownerId: UserId): string[] {
  const key = columns.get(id)
  if (!key)
    return [`it has no column ${id}; users.id names its key, one of: ${[...columns.keys()].join(', ')}`]
  const problems: string[] = []
  if (!key.isKey)
    problems.push(`${id} is not a primary or unique key by itself, and other tables must refer to it`)
  if (!KEY_TYPES.includes(key.base))
    problems.push(`${id} is ${key.type}; a key is an integer, bigint, uuid or text`)
  else if (key.base.startsWith('int') && !isInteger(ownerId))
    problems.push(`${id} is ${key.type}, and owner.id (${ownerId}) is not a number as PostgreSQL prints it`)
  else if (key.base === 'uuid' && !looksLikeUuid(ownerId))
    problems.push(`${id} is uuid, and owner.id (${ownerId}) is not one`)
  return problems
}

/** A text keeps the case of a UUID, and usertwo reads the owner's in lower case. */
async function spellingProblems(
  client: pg.Client,
  columns: Map<string, Column>,
  users: UsersTable,
  ownerId: UserId,
): Promise<string[]> {
  const key = columns.get(users.id)
  if (!looksLikeUuid(ownerId) || !key || !TEXT_KEYS.includes(key.base)) return []
  const { rows } = await client.query<{ id: string }>(
    `select ${q(users.id)}::text as id from ${qualified(users)} where lower(${q(users.id)}::text) = $1
    order by ${q(users.id)}::text = $1 desc limit 1`,
    [ownerId],
  )
  if (!rows[0] || rows[0].id === ownerId) return []
  return [
    `${users.id} is ${key.type} and holds the owner as ${rows[0].id}, and usertwo reads a uuid in lower case; change the type of ${users.id} to uuid, or write its ids in lower case`,
  ]
}

function passwordProblems(columns: Map<string, Column>, name: string | undefined): string[] {
  if (name === undefined) return []
  const column = columns.get(name)
  if (!column)
    return [
      `it has no column ${name}; users.password names its password hashes, one of: ${[...columns.keys()].join(', ')}`,
    ]
  // Every bcrypt hash has 60 characters. A longer column would pad them with blanks.
  return TEXT_TYPES.includes(column.base) || column.type === 'character(60)'
    ? []
    : [
        `${name} is ${column.type}; users.password names a text or varchar column, or char(60) with bcrypt hashes`,
      ]
}

async function nameProblems(
  client: pg.Client,
  columns: Map<string, Column>,
  users: UsersTable,
): Promise<string[]> {
  const name = columns.get('username')
  if (!name)
    return [
      `it has no column username, which users.login: 'username' needs: alter table ${qualified(users)} add column username text unique`,
    ]
  if (!TEXT_TYPES.includes(name.base) || name.generated)
    return [`username is ${name.type}; people log in with it, so it must be a plain text or varchar column`]
  const { rows } = await client.query<{ twice: number }>(
    `select count(*)::int as twice from (select from ${qualified(users)} where username is not null
       group by username having count(*) > 1) t`,
  )
  const twice = rows[0]!.twice
  return twice === 0
    ? []
    : [
        `${twice} names in username belong to more than one row; a name that users log in with must belong to one`,
      ]
}

async function columnProblems(
  client: pg.Client,
  columns: Map<string, Column>,
  users: UsersTable,
): Promise<string[]> {
  const problems: string[] = []
  const admin = columns.get('is_admin')
  if (admin && admin.base !== 'bool') problems.push(`is_admin is ${admin.type}; it must be boolean`)
  const email = columns.get('email')
  if (!email) return problems
  if (!TEXT_TYPES.includes(email.base) || email.generated) {
    const shape = email.generated ? 'generated from other columns' : email.type
    return [...problems, `email is ${shape}; it must be a plain text or varchar column, or be renamed`]
  }
  const { rows } = await client.query<{ twice: number }>(
    `select count(*)::int as twice from (select from ${qualified(users)} where email is not null
       group by lower(email) having count(*) > 1) t`,
  )
  const twice = rows[0]!.twice
  if (twice > 0)
    problems.push(
      `${twice} addresses in email belong to more than one row (compared without case); ` +
        'an address must belong to one person, so clear or change the others first',
    )
  return problems
}
