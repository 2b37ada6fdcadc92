-- phase: 3 risk: none, a trigger and a function of the toolkit's own table

-- up
-- Also for a login that owns the table: what was noted stays as it was, and goes only when it is old. That somebody was
-- removed stays for good, so that their id is never given again.
create function usertwo.audit_is_kept() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' and old.at < now() - interval '30 days' and old.event <> 'user_removed' then
    return old;
  end if;
  raise exception 'usertwo.audit is only added to; usertwo.sweep_audit() removes what is older than 30 days'
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_is_kept before update or delete on usertwo.audit
  for each row execute function usertwo.audit_is_kept();

create trigger audit_is_kept_whole before truncate on usertwo.audit
  for each statement execute function usertwo.audit_is_kept();

-- For a login that may only add: with the rights of the table's owner, and only so many rows at once.
create function usertwo.sweep_audit(before timestamptz, most integer) returns bigint language sql
  security definer set search_path = pg_catalog, pg_temp as $$
  with swept as (
    delete from usertwo.audit where id in (
      select id from usertwo.audit
      where at < least(before, now() - interval '30 days') and event <> 'user_removed' order by at limit most
    ) returning id
  )
  select count(*) from swept
$$;

revoke all on function usertwo.sweep_audit(timestamptz, integer) from public;

revoke all on function usertwo.audit_is_kept() from public;

-- down
drop function usertwo.sweep_audit(timestamptz, integer);

drop trigger audit_is_kept_whole on usertwo.audit;

drop trigger audit_is_kept on usertwo.audit;

drop function usertwo.audit_is_kept();
