import { appFunctions } from '../../../proof/statements/functions.js'
import {
  APP_SCHEMAS,
  notOfExtension,
  type Queryable,
  withPlainNames,
} from '../../../src/database/catalog/ask.js'
import { tablesChangedBy } from '../reading/writes.js'

/** Where rows of a table are changed; `null`: of some table that is computed. */
type Writes = ReadonlyMap<string | null, string>

/** A function, a rule, or a view with the table under it. */
interface Written {
  what: string
  text: string
  /** a view: the tables that it reads */
  tables: string[] | null
}

/**
 * Adds what the database itself changes to what the sources do: by its functions, those of triggers included, its rules, and
 * the views that the sources write through.
 */
export async function withDatabaseWrites(client: Queryable, writes: Writes): Promise<Writes> {
  const all = new Map(writes)
  const add = (table: string | null, at: string) => {
    if (!all.has(table)) all.set(table, at)
  }
  const found = await written(client)
  for (const { what, text, tables } of found) {
    if (tables !== null) continue
    for (const table of tablesChangedBy(text)) add(table, what)
    // Dynamic SQL.
    if (/\bexecute\b/i.test(text)) add(null, what)
  }
  // A view may stand over another.
  for (let before = -1; before < all.size; ) {
    before = all.size
    for (const { what, text, tables } of found)
      if (tables !== null && all.has(text)) for (const table of tables) add(table, what)
  }
  return all
}

const written = (client: Queryable): Promise<Written[]> =>
  withPlainNames(client, async () => {
    const functions = (await appFunctions(client)).map(({ name, body, definition }) => ({
      what: `function ${name}`,
      text: body || definition,
      tables: null,
    }))
    const { rows } = await client.query<Written>(
      `select 'rule ' || r.rulename || ' on ' || n.nspname || '.' || c.relname as what, pg_get_ruledef(r.oid) as text, null::text[] as tables
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
      where ${APP_SCHEMAS} and r.ev_type <> '1' and ${notOfExtension('pg_class', 'c.oid')}
      union all
      select 'view ' || n.nspname || '.' || c.relname, c.relname, array_agg(distinct t.relname::text)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_rewrite r on r.ev_class = c.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid and t.oid <> c.oid
      where c.relkind = 'v' and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
      group by n.nspname, c.relname
      order by 1`,
    )
    return [...functions, ...rows]
  })
