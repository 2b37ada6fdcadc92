import { literal, q, qualified } from '../../../../database/quoted.js'
import type { Owned } from '../plan/ownership-plan.js'
import { shortHash } from '../step.js'
import { type MadeKey, numbersOf } from './made-keys.js'

/** The keys of deleted rows, for tables whose keys may be chosen. Requests have no rights on it. */
export const HELD = 'usertwo.held_keys'

/**
 * Returns the body of the trigger on new rows with a generated key. It acts on requests only. A value that a
 * sequence's default has just made is the session's last number and was not seen before; any other key may have been
 * given by the request. A given key is kept if a row of the same user has it (an upsert), or, in a table whose keys
 * may be chosen, if it was the user's. Otherwise the row gets the next key, as if none had been given.
 *
 * One expression decides whether a default made the key, with constants for all names in it: PL/pgSQL prepares each
 * expression again in every transaction, and a block that catches is a transaction of its own. In several steps an
 * insert of 120 µs took 20 more.
 *
 * @param role the role of requests
 */
export function newKeyBody(
  { table, owner, keys }: Owned,
  { column, sequence, make }: MadeKey,
  role: string,
): string {
  const key = `new.${q(column)}`
  const kept = [
    `exists (select from ${qualified(table)} t where t.${q(column)} = ${key} and t.${q(owner)} = usertwo.uid())`,
    ...(keys === 'chosen' ? [`usertwo.held(tg_table_schema || '.' || tg_table_name, ${key}::bigint)`] : []),
  ].join(' or ')
  if (sequence === null)
    return `
begin
  if current_user <> ${literal(role)} or ${key} is null then return new; end if;
  if ${kept} then return new; end if;
  -- Whether the default made it or a request gave it cannot be told.
  execute 'select ' || (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d
    join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where d.adrelid = tg_relid and a.attname = ${literal(column)}) into ${key};
  return new;
end
`
  const numbers = numbersOf(sequence)
  const met = literal(`usertwo.key_${shortHash(qualified(sequence))}`)
  return `
declare
  made bigint;
begin
  if (case
    when current_user <> ${literal(role)} then true
    when pg_catalog.current_setting(${met}, true) <> all (array['', ${key}::text])
      then ${key} = pg_catalog.currval(${numbers}) and pg_catalog.set_config(${met}, ${key}::text, false) is not null
  end) or ${key} is null then return new; end if;
  begin
    made := pg_catalog.currval(${numbers});
  exception when object_not_in_prerequisite_state then made := null;
  end;
  if ${key} = made and pg_catalog.current_setting(${met}, true) is distinct from made::text then
    perform pg_catalog.set_config(${met}, made::text, false);
    return new;
  end if;
  if ${kept} then return new; end if;
  ${key} := ${make};
  perform pg_catalog.set_config(${met}, ${key}::text, false);
  return new;
end
`
}

/** Returns the body of the trigger on changed keys: in requests an existing row keeps its key. */
export function sameKeyBody(column: string, role: string): string {
  const key = q(column)
  return `
begin
  if current_user = ${literal(role)} and new.${key} is not null then new.${key} := old.${key}; end if;
  return new;
end
`
}

/** Whether a key was that of a row of the current user's. A row deleted before keys were recorded counts as the owner's. */
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
