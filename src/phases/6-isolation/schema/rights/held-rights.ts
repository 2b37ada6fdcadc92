import { APP_SCHEMAS, notOfExtension, type Queryable, RULE_ACTS } from '../../../../database/catalog/ask.js'

export interface HeldFacts {
  /** Rights of the login, and those that requests have, by a grant of their own or one to all roles. */
  login: string[]
  requests: string[]
  /** Whether this connection may pass on all of the login's rights. */
  passesOn: boolean
}

export interface HeldFunction extends HeldFacts {
  /** As SQL names it: `schema.name(types)`. */
  id: string
  schema: string
  owner: string
  definer: boolean
  /** In a language whose functions reach more than their caller. */
  untrusted: boolean
  extension: string | null
  /** Whether the login is a superuser. */
  super: boolean
}

export interface HeldRelation extends HeldFacts {
  oid: number
  schema: string
  name: string
  /** Rights granted to the request role itself. */
  own: string[]
  writes: string[]
}

/** What a login may use besides tables, and which of it the request role may. */
interface HeldRights {
  functions: HeldFunction[]
  views: HeldRelation[]
  sequences: HeldRelation[]
  schemas: (HeldFacts & { schema: string })[]
}

/** Reads the rights. `client` has only `pg_catalog` on its search path, so that each function is named with its schema. */
export async function readHeldRights(
  client: Queryable,
  requestRole: string,
  login: string,
): Promise<HeldRights> {
  const read = async <Row extends object>(sql: string) =>
    (await client.query<Row>(sql, [requestRole, login])).rows
  return {
    functions: await read<HeldFunction>(FUNCTIONS),
    views: await read<HeldRelation>(VIEWS),
    sequences: await read<HeldRelation>(SEQUENCES),
    schemas: await read<HeldFacts & { schema: string }>(SCHEMAS),
  }
}

/** `$1` is the request role, which may be missing yet, and `$2` the login. */
const held = (check: string, oid: string, rights: readonly string[]) => {
  const words = `unnest(array[${rights.map((right) => `'${right}'`).join(', ')}]) w(word)`
  return `array(select word from ${words} where ${check}($2::name, ${oid}, word))::text[] as login,
    array(select word from ${words} where coalesce(
      (select ${check}(r.oid, ${oid}, word) from pg_roles r where r.rolname = $1),
      ${check}('public'::name, ${oid}, word)))::text[] as requests,
    (select coalesce(bool_and(${check}(current_user, ${oid}, word || ' WITH GRANT OPTION')), false) from ${words}
      where ${check}($2::name, ${oid}, word)) as "passesOn"`
}

const granted = `array(select x.privilege_type from aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
    where r.rolname = $1 order by 1)::text[] as own`

const SEQUENCES = `select c.oid, n.nspname as schema, c.relname as name, ${granted}, '{}'::text[] as writes,
    ${held('has_sequence_privilege', 'c.oid', ['USAGE', 'SELECT'])}
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where case when c.relkind = 'S' then has_sequence_privilege($2::name, c.oid, 'USAGE') else false end
    and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
  order by n.nspname collate "C", c.relname collate "C"`

// The queries of a rule run with the rights of the view's owner.
const VIEWS = `select c.oid, n.nspname as schema, c.relname as name, ${granted},
    array(select word from (values ('INSERT', 8), ('UPDATE', 4), ('DELETE', 16)) w(word, bit)
      where c.relkind = 'v' and pg_relation_is_updatable(c.oid, true) & bit > 0
        and not exists (select from pg_rewrite r where r.ev_class = c.oid and ${RULE_ACTS}))::text[] as writes,
    ${held('has_table_privilege', 'c.oid', ['SELECT', 'INSERT', 'UPDATE', 'DELETE'])}
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('v', 'm') and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
  order by n.nspname collate "C", c.relname collate "C"`

const FUNCTIONS = `select p.oid::regprocedure::text as id, n.nspname as schema, pg_get_userbyid(p.proowner) as owner,
    p.prosecdef as definer, p.prokind <> 'a' and not l.lanpltrusted as untrusted,
    (select rolsuper from pg_roles where rolname = $2) as super,
    (select e.extname from pg_depend x join pg_extension e on e.oid = x.refobjid
      where x.classid = 'pg_proc'::regclass and x.objid = p.oid and x.deptype = 'e') as extension,
    ${held('has_function_privilege', 'p.oid', ['EXECUTE'])}
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
  where ${APP_SCHEMAS} and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    and has_function_privilege($2::name, p.oid, 'EXECUTE') and has_schema_privilege($2::name, n.oid, 'USAGE')
  order by n.nspname collate "C", 1`

const SCHEMAS = `select n.nspname as schema, ${held('has_schema_privilege', 'n.oid', ['USAGE'])}
  from pg_namespace n where ${APP_SCHEMAS} and has_schema_privilege($2::name, n.oid, 'USAGE') order by 1`
