import { APP_SCHEMAS, notOfExtension, type Queryable } from './ask.js'
import { byTable } from './tables.js'

export interface Policy {
  name: string
  command: 'all' | 'select' | 'insert' | 'update' | 'delete'
  permissive: boolean
  /** Role names; `public` is all roles. */
  roles: string[]
  using: string | null
  check: string | null
  comment: string | null
}

export interface Trigger {
  name: string
  enabled: boolean
  definition: string
}

export interface View {
  oid: number
  schema: string
  name: string
  id: string
  owner: string
  materialized: boolean
  /** Reads its tables with the rights, and under the policies, of the caller. */
  securityInvoker: boolean
  /** `schema.name` of every table and view its query reads. */
  reads: string[]
  /** Roles with their own grant to read it; `public` is all roles. */
  readers: string[]
  definition: string
}

export interface DefinerFunction {
  /** `schema.name(argument types)` */
  id: string
  owner: string
  body: string
  settings: string[]
}

/** Policies of the app's tables, by table oid. */
export function readPolicies(client: Queryable): Promise<Map<number, Policy[]>> {
  return byTable(
    client,
    `select p.polrelid as oid, p.polname as name, p.polpermissive as permissive,
      case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
        else 'delete' end as command,
      array(select case r when 0 then 'public' else pg_get_userbyid(r) end from unnest(p.polroles) r order by 1)::text[]
        as roles, pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check,
      obj_description(p.oid, 'pg_policy') as comment
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where ${APP_SCHEMAS} order by 1, p.polname collate "C"`,
  )
}

/** SQL for whether a trigger `t` is one that PostgreSQL derived for a partition; before 13 there was no column for it. */
export const DERIVED_TRIGGER = `coalesce(to_jsonb(t) ->> 'tgparentid', '0') <> '0'`

/** Triggers that were written (not those behind constraints, nor derived for a partition), by table oid. */
export function readTriggers(client: Queryable): Promise<Map<number, Trigger[]>> {
  return byTable(
    client,
    `select t.tgrelid as oid, t.tgname as name, t.tgenabled <> 'D' as enabled,
      pg_get_triggerdef(t.oid) as definition
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and not ${DERIVED_TRIGGER} and ${APP_SCHEMAS} order by 1, t.tgname collate "C"`,
  )
}

/** Views and materialised views of the app's schemas. */
export async function readViews(client: Queryable): Promise<View[]> {
  const { rows } = await client.query<View>(`
    select c.oid as oid, n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as id,
      pg_get_userbyid(c.relowner) as owner, c.relkind = 'm' as materialized,
      coalesce((select o.option_value::boolean from pg_options_to_table(c.reloptions) o
        where o.option_name = 'security_invoker'), false) as "securityInvoker",
      array(select distinct tn.nspname || '.' || t.relname from pg_rewrite r
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
        join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
        where r.ev_class = c.oid order by 1)::text[] as reads,
      array(select distinct case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end
        from aclexplode(c.relacl) x where x.privilege_type = 'SELECT' order by 1)::text[] as readers,
      pg_get_viewdef(c.oid) as definition
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
    order by n.nspname collate "C", c.relname collate "C"`)
  return rows
}

/** Functions of the app that run with the rights of their owner. */
export async function readDefinerFunctions(client: Queryable): Promise<DefinerFunction[]> {
  const { rows } = await client.query<DefinerFunction>(`
    select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as id,
      pg_get_userbyid(p.proowner) as owner,
      coalesce(nullif(p.prosrc, ''), pg_get_functiondef(p.oid)) as body, coalesce(p.proconfig, '{}') as settings
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and ${APP_SCHEMAS} and ${notOfExtension('pg_proc', 'p.oid')} order by n.nspname collate "C", p.proname collate "C", 1`)
  return rows
}
