import { literal, q } from '../../../database/quoted.js'

/** Keys that somebody's deleted rows had, of tables whose keys may be chosen. Requests have no rights on it. */
export const HELD = 'usertwo.held_keys'

/**
 * The body of the trigger on rows whose key the database makes. Only requests are looked at. What a sequence's default has
 * just made is the session's last number of it, and was not met before; any other key may have been given: it stays where
 * a row of one's own has it (an upsert), or, in a table whose keys may be chosen, where it was one's own; else the row
 * gets the next one, as if none had been given. A row that is there keeps the key it has.
 *
 * @param column the key
 * @param role what requests run in
 */
export function keyBody(column: string, role: string): string {
  const key = `new.${q(column)}`
  return `
declare
  numbers regclass := nullif(tg_argv[0], '');
  slot text := 'usertwo.key_' || numbers::oid;
  made text;
  keep boolean;
begin
  if current_user <> ${literal(role)} or ${key} is null then return new; end if;
  if tg_op = 'UPDATE' then
    ${key} := old.${q(column)};
    return new;
  end if;
  if numbers is not null then
    begin
      made := pg_catalog.currval(numbers)::text;
    exception when object_not_in_prerequisite_state then made := null;
    end;
    if ${key}::text = made and pg_catalog.current_setting(slot, true) is distinct from made then
      perform pg_catalog.set_config(slot, made, false);
      return new;
    end if;
  end if;
  execute pg_catalog.format('select exists (select from %s where %I = $1 and %I = usertwo.uid())',
    tg_relid::regclass, tg_argv[1], tg_argv[2]) into keep using ${key};
  if not keep and tg_nargs > 3 then keep := usertwo.held(tg_table_schema || '.' || tg_table_name, ${key}::bigint); end if;
  if keep then return new; end if;
  if numbers is null then
    -- Whether the default made it or a request gave it cannot be told.
    execute 'select ' || (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d
      join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where d.adrelid = tg_relid and a.attname = tg_argv[1]) into ${key};
    return new;
  end if;
  ${key} := pg_catalog.nextval(numbers);
  perform pg_catalog.set_config(slot, ${key}::text, false);
  return new;
end
`
}

/** Whether a key was that of a row of the current user's; of what was deleted before this was kept, it was the owner's. */
export const HELD_BODY = `
begin
  return exists (select from usertwo.held_keys h where h.relation = of_table and h.owner = usertwo.uid()::text
    and (h.key = given::text or given <= h.upto
      and not exists (select from usertwo.held_keys o where o.relation = of_table and o.key = given::text)));
end
`

/** The trigger on deleted rows. */
export const KEEP_BODY = `
declare
  gone jsonb := pg_catalog.to_jsonb(old);
begin
  insert into usertwo.held_keys (relation, key, owner) 
    values (tg_table_schema || '.' || tg_table_name, gone ->> tg_argv[0], gone ->> tg_argv[1])
    on conflict (relation, key) do update set owner = excluded.owner;
  return null;
end
`
