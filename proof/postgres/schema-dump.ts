import type pg from 'pg'

// Everything that must be equal in two databases that were built in different ways, by names rather than
// numbers.
const SQL = `
with mine as (
  select oid, nspname from pg_namespace
  where nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg\\_%'
), rel as (
  select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join mine n on n.oid = c.relnamespace
)
select format('schema %I %s', nspname, (select nspacl from pg_namespace p where p.oid = mine.oid)) as line from mine
union all
select format('%s %s acl=%s rls=%s force=%s comment=%s', relkind, name, relacl, relrowsecurity,
  relforcerowsecurity, obj_description(oid, 'pg_class')) from rel where relkind <> 'i'
union all
select format('column %s.%I %s%s default=%s identity=%s acl=%s comment=%s', name, a.attname,
  format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' end,
  pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attacl, col_description(a.attrelid, a.attnum))
  from rel join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where relkind in ('r', 'p', 'v', 'm', 'f')
union all
select format('constraint %s.%I %s valid=%s', name, k.conname, pg_get_constraintdef(k.oid), k.convalidated)
  from rel join pg_constraint k on k.conrelid = rel.oid
union all
select format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid)
  from rel join pg_index i on i.indrelid = rel.oid
union all
select format('policy %s.%I %s %s %s using %s check %s', name, p.polname, p.polcmd, p.polpermissive,
  p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
  from rel join pg_policy p on p.polrelid = rel.oid
union all
select format('trigger %s', pg_get_triggerdef(t.oid)) from rel join pg_trigger t on t.tgrelid = rel.oid
  where not t.tgisinternal
union all
select format('function %s acl=%s', replace(pg_get_functiondef(f.oid), chr(10), ' '), f.proacl)
  from pg_proc f join mine n on n.oid = f.pronamespace where f.prokind in ('f', 'p')
order by line`

/** Describes each object of a database in one line, sorted, so that two databases can be compared. */
export async function dumpSchema(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ line: string }>(SQL)
  return rows.map(({ line }) => line).join('\n')
}
