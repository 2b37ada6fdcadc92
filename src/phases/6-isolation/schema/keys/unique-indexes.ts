import type { Queryable } from '../../../../database/catalog/ask.js'
import { INDEX_COLUMNS } from './per-user-indexes.js'

/** A unique index, or the one behind a unique constraint, with what its replacement must keep. */
export interface Unique {
  table: number
  name: string
  /** As PostgreSQL prints it: `CREATE UNIQUE INDEX … USING btree (slug)`. */
  definition: string
  /** Of a constraint, as PostgreSQL prints it: `UNIQUE (slug) DEFERRABLE`; null: an index alone. */
  declared: string | null
  /** Key columns; null is an expression. */
  columns: (string | null)[]
  primary: boolean
  valid: boolean
  constraint: boolean
  deferrable: boolean
  initiallyDeferred: boolean
  /** On the index. */
  comment: string | null
  /** On the constraint. */
  remark: string | null
}

/** Every unique index of these tables, by their oids. */
export async function readUniques(client: Queryable, tables: readonly number[]): Promise<Unique[]> {
  const { rows } = await client.query<Unique>(
    `select i.indrelid as table, x.relname as name, pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
      pg_catalog.pg_get_constraintdef(k.oid) as declared, ${INDEX_COLUMNS} as columns, i.indisprimary as primary, i.indisvalid and i.indisready as valid,
      k.oid is not null as constraint, coalesce(k.condeferrable, false) as deferrable,
      coalesce(k.condeferred, false) as "initiallyDeferred",
      pg_catalog.obj_description(i.indexrelid, 'pg_class') as comment,
      pg_catalog.obj_description(k.oid, 'pg_constraint') as remark
    from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
    left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('u', 'p')
    where i.indisunique and i.indrelid = any($1::oid[]) order by x.relname`,
    [tables],
  )
  return rows
}
