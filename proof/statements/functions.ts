import { APP_SCHEMAS, notOfExtension, type Queryable } from '../../src/database/catalog/ask.js'

/** A function or procedure that the app made in its database. */
export interface AppFunction {
  /** `archive_notes(integer)` */
  name: string
  language: string
  /** the statement that makes it again */
  definition: string
  body: string
  /** what stands in the brackets of its definition */
  parameters: string
  /** absent for a procedure */
  result: string | null
  /** the types of the values that a call gives */
  given: string[]
  isSet: boolean
  isDefiner: boolean
  /** its `set` clauses: `search_path=app, public` */
  settings: string[]
  /** the tables whose writes call it, quoted; empty unless it is a trigger function */
  tables: string[]
}

/** Reads the functions of the app: those of extensions and of usertwo are left out. */
export async function appFunctions(client: Queryable): Promise<AppFunction[]> {
  const { rows } = await client.query<AppFunction>(
    `select p.oid::pg_catalog.regprocedure::text as name, l.lanname::text as language, p.prosrc as body,
      pg_catalog.pg_get_functiondef(p.oid) as definition,
      pg_catalog.pg_get_function_arguments(p.oid) as parameters,
      pg_catalog.pg_get_function_result(p.oid) as result,
      array(select pg_catalog.format_type(t.oid, null) from pg_catalog.unnest(p.proargtypes) with ordinality g(oid, n)
        join pg_catalog.pg_type t on t.oid = g.oid order by g.n) as given,
      p.proretset as "isSet", p.prosecdef as "isDefiner",
      coalesce(p.proconfig, '{}') as settings,
      array(select distinct pg_catalog.format('%I.%I', tn.nspname, c.relname) from pg_catalog.pg_trigger g
        join pg_catalog.pg_class c on c.oid = g.tgrelid join pg_catalog.pg_namespace tn on tn.oid = c.relnamespace
        where g.tgfoid = p.oid and not g.tgisinternal) as tables
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
    where ${APP_SCHEMAS} and p.prokind in ('f', 'p') and ${notOfExtension('pg_proc', 'p.oid')}
    order by 1`,
  )
  return rows
}
