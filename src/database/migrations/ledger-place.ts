/** SQL that creates the ledger's schema and table; only the login that creates it has rights there. */
export const LEDGER = [
  // Not `if not exists`, which needs the right to create schemas even if an administrator has created this one.
  `do $usertwo$ begin
    if to_regnamespace('usertwo') is null then create schema usertwo; end if;
  end $usertwo$`,
  'revoke all on schema usertwo from public',
  `create table if not exists usertwo.migrations (
    name text primary key,
    applied_at timestamptz not null default now()
  )`,
  'revoke all on table usertwo.migrations from public',
]

/** Drops an empty ledger, and the schema if nothing else is left in it. */
export const LEDGER_GONE = `do $usertwo$ begin
  if to_regclass('usertwo.migrations') is not null and not exists (select from usertwo.migrations) then
    drop table usertwo.migrations;
    begin
      drop schema usertwo;
    exception when dependent_objects_still_exist then
      null;
    end;
  end if;
end $usertwo$`
