/** SQL, for a superuser on a copy: gives one row of each owned table to a user who does not exist. */
export const GIVE_AWAY = `do $$ declare one record;
begin
  perform set_config('session_replication_role', 'replica', true);
  for one in select d.adrelid::regclass as place, a.attname as name,
      case when a.atttypid in ('int4'::regtype, 'int8'::regtype) then '999999' else quote_literal(gen_random_uuid()) end as other
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where pg_get_expr(d.adbin, d.adrelid) like '%usertwo.uid()%'
  loop
    execute format('update %s set %I = %s where ctid = (select min(ctid) from %s)', one.place, one.name, one.other, one.place);
  end loop;
end $$`
