import type pg from 'pg'
import { q } from './quoted.js'

/** PostgreSQL's functions of large objects that PUBLIC may execute on a new database. */
const OPEN_AT_FIRST = [
  ...[
    'lo_close',
    'lo_creat',
    'lo_create',
    'lo_from_bytea',
    'lo_get',
    'lo_lseek',
    'lo_lseek64',
    'lo_open',
    'lo_put',
  ],
  ...['lo_tell', 'lo_tell64', 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'loread', 'lowrite'],
]

/** All of them, including those that read and write files of the server. */
export const LARGE_OBJECT_FUNCTIONS: readonly string[] = [...OPEN_AT_FIRST, 'lo_import', 'lo_export']

interface Right {
  /** as GRANT takes it */
  signature: string
  open: boolean
  /** roles, of those given, that may execute it only by a grant to them or by membership */
  holders: string[]
}

interface Where {
  database: string
  /** the roles of the app and its migrations */
  roles: readonly string[]
}

/**
 * Takes EXECUTE on the functions of large objects from PUBLIC and grants it to the given roles: all requests
 * share one role, which owns every object that a request makes. Does nothing if that is in place, if this
 * client does not own these functions (that takes a superuser), or if it is in another database.
 *
 * @returns the name of the step if something was changed
 */
export async function closeLargeObjects(admin: pg.Client, { database, roles }: Where): Promise<string[]> {
  const sql = (await rightsOf(admin, database, roles)).flatMap(({ signature, open, holders }) => {
    const without = roles.filter((role) => open || !holders.includes(role))
    return [
      ...(open ? [`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`] : []),
      ...(without.length > 0
        ? [`GRANT EXECUTE ON FUNCTION ${signature} TO ${without.map(q).join(', ')}`]
        : []),
    ]
  })
  return change(admin, sql, 'large objects: functions closed to requests')
}

/** Restores PostgreSQL's defaults for PUBLIC, and revokes what the roles were granted instead. */
export async function openLargeObjects(admin: pg.Client, { database, roles }: Where): Promise<string[]> {
  const sql = (await rightsOf(admin, database, roles)).flatMap(({ signature, open }) =>
    open
      ? []
      : [
          `GRANT EXECUTE ON FUNCTION ${signature} TO PUBLIC`,
          `REVOKE EXECUTE ON FUNCTION ${signature} FROM ${roles.map(q).join(', ')}`,
        ],
  )
  return change(admin, sql, 'large objects: functions open to everybody')
}

async function change(admin: pg.Client, sql: string[], name: string): Promise<string[]> {
  if (sql.length === 0) return []
  await admin.query(sql.join('; ')) // one text, so that all of it holds or nothing
  return [name]
}

async function rightsOf(admin: pg.Client, database: string, roles: readonly string[]): Promise<Right[]> {
  const { rows } = await admin.query<Right>(
    `select p.oid::regprocedure::text as signature,
       exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) held
         where held.grantee = 0 and held.privilege_type = 'EXECUTE') as open,
       array(select r from unnest($3::text[]) r where has_function_privilege(r::name, p.oid, 'EXECUTE')) as holders
     from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'pg_catalog' and p.proname = any($1) and current_database() = $2
       and pg_has_role(p.proowner, 'USAGE')
     order by 1`,
    [OPEN_AT_FIRST, database, roles],
  )
  return rows
}
