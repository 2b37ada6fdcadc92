import { APP_SCHEMAS, notOfExtension, type Queryable } from './ask.js'

export interface Column {
  name: string
  /** Attribute number, as in result descriptions of the protocol. */
  attnum: number
  /** Type as it would be written in DDL, with its modifier: `character varying(50)`. */
  type: string
  /** The type without its modifier, of a domain the type below it: `character varying`. */
  baseType: string
  isDomain: boolean
  nullable: boolean
  /** The default's expression, or null. Identity and generated columns have none here. */
  default: string | null
  identity: 'always' | 'default' | null
  generated: boolean
  comment: string | null
}

/** One right of one role; `public` is all roles. */
export interface Grant {
  grantee: string
  privilege: string
  /** The column it is limited to; null: the whole table. */
  column: string | null
}

export interface Sequence {
  schema: string
  name: string
  /** The column it feeds. */
  column: string
  grants: Grant[]
}

export interface Partitioning {
  by: 'list' | 'range' | 'hash'
  /** The columns that decide on the partition of a row, at every depth; expressions are left out. */
  columns: string[]
  /** The columns at this depth alone. */
  own: string[]
  /** Whether there is a partition for every row that no other one takes. */
  hasDefault: boolean
}

export interface TableFacts {
  oid: number
  schema: string
  name: string
  /** `schema.name`, unquoted: for messages, and as a key. */
  id: string
  owner: string
  kind: 'table' | 'partitioned' | 'foreign'
  /** Names (`schema.name`) of the tables it is a partition or an inheritance child of. */
  parents: string[]
  /** Whether it is a partition of its parent, and not an inheritance child. */
  isPartition: boolean
  /** How it is partitioned; null: it is not. */
  partitioned: Partitioning | null
  rowSecurity: boolean
  forced: boolean
  columns: Column[]
  /** Sequences its columns take their values from. */
  sequences: Sequence[]
  grants: Grant[]
}

const KINDS = { r: 'table', p: 'partitioned', f: 'foreign' } as const

const TABLES = `
select c.oid as oid, n.nspname as schema, c.relname as name, n.nspname || '.' || c.relname as id,
  pg_get_userbyid(c.relowner) as owner, c.relkind, c.relrowsecurity as "rowSecurity",
  c.relforcerowsecurity as forced,
  array(select pn.nspname || '.' || p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent
    join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid order by 1)::text[] as parents,
  c.relispartition as "isPartition",
  (select jsonb_build_object('by', case p.partstrat when 'l' then 'list' when 'r' then 'range' else 'hash' end,
    'columns', to_jsonb(array(select distinct a.attname::text from pg_partition_tree(c.oid) t
      join pg_partitioned_table o on o.partrelid = t.relid
      join pg_attribute a on a.attrelid = t.relid and a.attnum = any (o.partattrs::int2[]) order by 1)),
    'own', to_jsonb(array(select a.attname::text from pg_attribute a where a.attrelid = c.oid
      and a.attnum = any (p.partattrs::int2[]) order by 1)),
    'hasDefault', p.partdefid <> 0) from pg_partitioned_table p where p.partrelid = c.oid) as partitioned
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'f') and ${APP_SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
order by n.nspname collate "C", c.relname collate "C"`

const COLUMNS = `select a.attrelid as oid, a.attname as name, a.attnum, format_type(a.atttypid, a.atttypmod) as type,
  (with recursive below(oid, base) as (select ty.oid, ty.typbasetype union all
      select d.oid, d.typbasetype from below b join pg_type d on d.oid = b.base)
    select format_type(oid, null) from below where base = 0) as "baseType",
  ty.typtype = 'd' as "isDomain", not a.attnotnull as nullable,
  case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as default,
  case a.attidentity when 'a' then 'always' when 'd' then 'default' end as identity,
  a.attgenerated <> '' as generated, col_description(a.attrelid, a.attnum) as comment
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
join pg_type ty on ty.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and ${APP_SCHEMAS}
order by a.attrelid, a.attnum`

const GRANTS = `select c.oid as oid, case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end as grantee,
  x.privilege_type as privilege, null as column
from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x
where c.relkind in ('r', 'p', 'f', 'S') and ${APP_SCHEMAS}
union all
select a.attrelid, case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end,
  x.privilege_type, a.attname
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,
  aclexplode(a.attacl) x where ${APP_SCHEMAS}
order by 1, 4 nulls first, 2, 3`

const SEQUENCES = `select distinct on (d.oid, s.oid) d.oid, s.oid as sequence, n.nspname as schema, s.relname as name,
  a.attname as column
from (
  select refobjid as oid, refobjsubid as attnum, objid as sequence from pg_depend
  where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')
  union
  select t.adrelid, t.adnum, p.refobjid from pg_depend p join pg_attrdef t on t.oid = p.objid
  where p.classid = 'pg_attrdef'::regclass and p.refclassid = 'pg_class'::regclass
) d join pg_class s on s.oid = d.sequence and s.relkind = 'S'
join pg_namespace n on n.oid = s.relnamespace
join pg_attribute a on a.attrelid = d.oid and a.attnum = d.attnum where ${APP_SCHEMAS}`

/** Tables of the app's schemas with their columns, rights and sequences, by name. */
export async function readTables(client: Queryable): Promise<TableFacts[]> {
  const tables = await client.query<
    Omit<TableFacts, 'kind' | 'columns' | 'sequences' | 'grants'> & { relkind: keyof typeof KINDS }
  >(TABLES)
  const columns = await byTable<Column>(client, COLUMNS)
  const grants = await byTable<Grant>(client, GRANTS)
  const sequences = await byTable<Omit<Sequence, 'grants'> & { sequence: number }>(client, SEQUENCES)
  return tables.rows.map(({ relkind, ...table }) => ({
    ...table,
    kind: KINDS[relkind],
    columns: columns.get(table.oid) ?? [],
    grants: grants.get(table.oid) ?? [],
    sequences: (sequences.get(table.oid) ?? []).map(({ sequence, ...rest }) => ({
      ...rest,
      grants: grants.get(sequence) ?? [],
    })),
  }))
}

/** Returns the rows of a query with `oid`, grouped by that table, without the oid. */
export async function byTable<Row extends object>(
  client: Queryable,
  sql: string,
): Promise<Map<number, Row[]>> {
  const found = new Map<number, Row[]>()
  const { rows } = await client.query<Row & { oid: number }>(sql)
  for (const { oid, ...row } of rows) {
    const list = found.get(oid)
    if (list) list.push(row as unknown as Row)
    else found.set(oid, [row as unknown as Row])
  }
  return found
}
