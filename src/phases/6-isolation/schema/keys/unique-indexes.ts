import type { Queryable } from '../../../../database/catalog/ask.js'
import { INDEX_COLUMNS } from './per-user-indexes.js'

/** What `alter table` says of an index. */
export interface IndexMarks {
  /** Replication finds the rows of the table by it: `replica identity using index`. */
  replicated: boolean
  /** `cluster on`. */
  clustered: boolean
}

/** A unique index, or the one behind a unique constraint, with what its replacement must keep. */
export interface Unique extends IndexMarks {
  table: number
  name: string
  /** As PostgreSQL prints it: `CREATE UNIQUE INDEX … USING btree (slug)`. */
  definition: string
  /** Of a constraint: `UNIQUE (slug) WITH (fillfactor=70) DEFERRABLE`; null: an index alone. */
  declared: string | null
  /** Key columns; null is an expression. */
  columns: (string | null)[]
  primary: boolean
  valid: boolean
  constraint: boolean
  deferrable: boolean
  /** On the index. */
  comment: string | null
  /** On the constraint. */
  remark: string | null
  /** Of a partitioned table: the indexes on its partitions, each after the one that it is a part of. */
  parts: UniquePart[]
}

/** The index on a partition that is a part of a unique. */
export interface UniquePart extends IndexMarks {
  schema: string
  table: string
  name: string
  /** The name of the index that it is a part of, and its schema. */
  above: string
  aboveSchema: string
  definition: string
  /** Of a constraint; null: an index alone. */
  declared: string | null
}

/** A constraint `k` with its index `x`, in SQL; PostgreSQL prints it without the index's storage parameters. */
const DECLARED = `case when x.reloptions is null then pg_catalog.pg_get_constraintdef(k.oid)
  else pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '( DEFERRABLE( INITIALLY DEFERRED)?)?$',
    ' WITH (' || pg_catalog.array_to_string(x.reloptions, ', ') || ')\\1') end`

/** The indexes below an index `i`, in SQL. */
const PARTS = `coalesce((with recursive below as (
    select h.inhrelid as oid, h.inhparent as above, 1 as depth from pg_catalog.pg_inherits h where h.inhparent = i.indexrelid
    union all select h.inhrelid, h.inhparent, b.depth + 1 from pg_catalog.pg_inherits h join below b on h.inhparent = b.oid)
  select json_agg(json_build_object('schema', n.nspname, 'table', t.relname, 'name', x.relname, 'above', u.relname,
      'aboveSchema', un.nspname, 'definition', pg_catalog.pg_get_indexdef(b.oid),
      'replicated', o.indisreplident, 'clustered', o.indisclustered,
      'declared', (select ${DECLARED} from pg_catalog.pg_constraint k
        where k.conindid = b.oid and k.contype in ('u', 'p') limit 1)) order by b.depth, x.relname)
  from below b join pg_catalog.pg_class x on x.oid = b.oid join pg_catalog.pg_index o on o.indexrelid = b.oid
  join pg_catalog.pg_class t on t.oid = o.indrelid join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  join pg_catalog.pg_class u on u.oid = b.above join pg_catalog.pg_namespace un on un.oid = u.relnamespace), '[]'::json)`

/** Every unique index of these tables, by their oids. */
export async function readUniques(client: Queryable, tables: readonly number[]): Promise<Unique[]> {
  const { rows } = await client.query<Unique>(
    `select i.indrelid as table, x.relname as name, pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
      ${DECLARED} as declared, ${INDEX_COLUMNS} as columns, i.indisprimary as primary, i.indisvalid and i.indisready as valid,
      k.oid is not null as constraint, coalesce(k.condeferrable, false) as deferrable,
      i.indisreplident as replicated, i.indisclustered as clustered,
      pg_catalog.obj_description(i.indexrelid, 'pg_class') as comment,
      pg_catalog.obj_description(k.oid, 'pg_constraint') as remark, ${PARTS} as parts
    from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
    left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('u', 'p')
    where i.indisunique and i.indrelid = any($1::oid[]) order by x.relname`,
    [tables],
  )
  return rows
}
