import { type Queryable, withPlainNames } from './catalog/ask.js'
import { readKeys, type TableKeys } from './catalog/keys.js'
import {
  type DefinerFunction,
  type Policy,
  readDefinerFunctions,
  readPolicies,
  readTriggers,
  readViews,
  type Trigger,
  type View,
} from './catalog/policies.js'
import { readTables, type TableFacts } from './catalog/tables.js'

/** A table of the app: columns, keys, rights, row security. */
export interface Table extends TableFacts, TableKeys {
  policies: Policy[]
  triggers: Trigger[]
}

/** The catalog of the app's database: all schemas except the system's and usertwo's own. */
export interface Catalog {
  tables: Table[]
  views: View[]
  /** Only those with SECURITY DEFINER. */
  definerFunctions: DefinerFunction[]
  /** The schemas in which the reader's own queries look for a bare name, in their order. Default: `public` */
  path?: readonly string[]
}

/** The comment on everything usertwo added to a table of the app. */
export const ADDED = 'usertwo: added'

/** Reads the catalog. Every name in an expression or definition is qualified with its schema. */
export async function readCatalog(client: Queryable): Promise<Catalog> {
  const { rows } = await client.query<{ path: string[] }>(
    'select pg_catalog.current_schemas(false)::text[] as path',
  )
  return withPlainNames(client, async () => {
    const facts = await readTables(client)
    const keysOf = await readKeys(client)
    const policies = await readPolicies(client)
    const triggers = await readTriggers(client)
    const tables = facts.map((table) => ({
      ...table,
      ...keysOf(table.oid),
      policies: policies.get(table.oid) ?? [],
      triggers: triggers.get(table.oid) ?? [],
    }))
    const [views, definerFunctions] = [await readViews(client), await readDefinerFunctions(client)]
    return { tables, views, definerFunctions, path: rows[0]!.path }
  })
}

/**
 * Finds a table by `name` or `schema.name`. A bare name means what it means in a query of the reader: the first schema of the
 * search path that has such a table; where none has, the only schema with one. Null: no such table, or several.
 */
export function findTable({ tables, path = [] }: Catalog, name: string): Table | null {
  const exact = tables.find(({ id }) => id === name)
  if (exact) return exact
  const named = tables.filter((table) => table.name === name)
  for (const schema of [...path, 'public']) {
    const found = named.find((table) => table.schema === schema)
    if (found) return found
  }
  return named.length === 1 ? named[0]! : null
}

export type { ForeignKey, Index } from './catalog/keys.js'
export type { Policy, Trigger, View } from './catalog/policies.js'
export type { Column } from './catalog/tables.js'

export interface AddedColumn {
  tableOid: number
  attnum: number
  /** `schema.name` */
  table: string
  column: string
}

/** The columns that usertwo added to the app's tables, by their comment; those of partitions, which have none, by that of the whole. */
export async function addedColumns(client: Queryable): Promise<AddedColumn[]> {
  const { rows } = await client.query<AddedColumn>(
    `select a.attrelid as "tableOid", a.attnum, n.nspname || '.' || c.relname as table, a.attname as column
    from pg_catalog.pg_description d
    join pg_catalog.pg_attribute o on o.attrelid = d.objoid and o.attnum = d.objsubid
    join lateral (select o.attrelid as oid union select t.relid from pg_catalog.pg_partition_tree(o.attrelid) t) p on true
    join pg_catalog.pg_attribute a on a.attrelid = p.oid and a.attname = o.attname
    join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid > 0
      and pg_catalog.starts_with(d.description, $1)
      and not a.attisdropped and n.nspname <> 'usertwo' order by 3, 2`,
    [ADDED],
  )
  return rows
}
