import type { Queryable } from '../../../../database/catalog/ask.js'
import { PER_USER } from '../replaced.js'

/** The columns of an index `i`, in SQL; null is an expression. */
export const INDEX_COLUMNS = `array(select (select a.attname from pg_catalog.pg_attribute a
    where a.attrelid = i.indrelid and a.attnum = u.number)
  from pg_catalog.unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) with ordinality u(number, place)
  order by place)::text[]`

/** A usertwo index that allows a value once per user. */
export interface PerUserUnique {
  schema: string
  table: string
  index: string
  /** Its columns, the owner first; null: expressions, which a plain conflict target cannot name. */
  columns: string[] | null
  /** What a conflict target names, the owner first: its columns, and the rest as PostgreSQL prints it; null: nothing can name it. */
  target: { columns: string[]; expressions: string[] } | null
  /** It has a condition: a conflict target that means it has one too. */
  partial: boolean
  /** The index that it accompanies or replaces. */
  replaced: string
  /** Whether the index for all users is gone. */
  alone: boolean
  /** Whether it is the primary key, or accompanies it. */
  primary: boolean
  /** The partitions of its table, each with the name of its part of the index for all users; null: that is gone. */
  parts: { schema: string; table: string; replaced: string | null }[]
}

/** The partitions of a table `c`, with their parts of an index `old`, in SQL. */
const PARTS = `(select coalesce(json_agg(json_build_object('schema', pn.nspname, 'table', p.relname, 'replaced', po.name)), '[]')
  from pg_catalog.pg_partition_tree(c.oid) t join pg_catalog.pg_class p on p.oid = t.relid and p.oid <> c.oid
  join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
  left join lateral (with recursive below as (
      select h.inhrelid as oid from pg_catalog.pg_inherits h where h.inhparent = old.indexrelid
      union all select h.inhrelid from pg_catalog.pg_inherits h join below b on h.inhparent = b.oid)
    select bx.relname as name from below b join pg_catalog.pg_index bi on bi.indexrelid = b.oid
    join pg_catalog.pg_class bx on bx.oid = b.oid where bi.indrelid = p.oid) po on true)`

/** Reads the existing per-user indexes from their comments alone, whatever the configuration says by now. */
export async function readPerUserUniques(client: Queryable): Promise<PerUserUnique[]> {
  const { rows } = await client.query<
    Omit<PerUserUnique, 'columns' | 'target'> & { columns: (string | null)[] | null; printed: string[] }
  >(
    `select n.nspname as schema, c.relname as table, x.relname as index,
      case when i.indisvalid and i.indimmediate then ${INDEX_COLUMNS} end as columns,
      array(select pg_catalog.pg_get_indexdef(i.indexrelid, place, false)
        from pg_catalog.generate_series(1, i.indnkeyatts) place order by place) as printed, i.indpred is not null as partial,
      m.replaced, old.indexrelid is null as alone, coalesce(old.indisprimary, i.indisprimary) as primary, ${PARTS} as parts
    from pg_catalog.pg_description d join pg_catalog.pg_index i on i.indexrelid = d.objoid
    join pg_catalog.pg_class x on x.oid = i.indexrelid join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace,
    pg_catalog.split_part(pg_catalog.substr(d.description, pg_catalog.length($1::text) + 1), e'\\n', 1) as m(replaced)
    left join lateral (select o.indexrelid, o.indisprimary from pg_catalog.pg_index o
      join pg_catalog.pg_class ox on ox.oid = o.indexrelid
      where o.indrelid = i.indrelid and o.indisunique and ox.relname = m.replaced) old on true
    where d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0
      and pg_catalog.starts_with(d.description, $1::text) order by 1, 2, 3`,
    [PER_USER],
  )
  return rows.map(({ columns, printed, ...rest }) => ({
    ...rest,
    target: columns && {
      columns: columns.filter((column) => column !== null),
      expressions: printed.filter((_sql, at) => columns[at] === null),
    },
    columns: columns?.every((column) => column !== null) ? (columns as string[]) : null,
  }))
}
