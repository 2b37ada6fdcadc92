-- phase: 3 risk: adds email and is_admin to the users table (milliseconds); indexes its rows under a lock

-- up
do $usertwo$ begin
  if to_regclass({{users_text}}) is null then
    create table {{users}} (
      {{users_id}} {{users_id_definition}} primary key,
      username text unique,
      created_at timestamptz not null default now()
    );
    comment on table {{users}} is 'usertwo: added';
  end if;
end $usertwo$;

-- A table that was there keeps its rows as they are; the app makes its owner's row itself.
insert into {{users}} ({{users_id}}) overriding system value
select {{owner_id}} where obj_description({{users_text}}::regclass, 'pg_class') = 'usertwo: added'
on conflict do nothing;

-- The comment is how an added column is told from one the app brought, here, in down, and in the app's results.
do $usertwo$ begin
  if not exists (select from pg_attribute
      where attrelid = {{users_text}}::regclass and attname = 'email' and not attisdropped) then
    alter table {{users}} add column email text;
    comment on column {{users}}.email is 'usertwo: added';
  end if;
  if not exists (select from pg_attribute
      where attrelid = {{users_text}}::regclass and attname = 'is_admin' and not attisdropped) then
    alter table {{users}} add column is_admin boolean not null default false;
    comment on column {{users}}.is_admin is 'usertwo: added';
  end if;
end $usertwo$;

-- Dropped first: an index of this name left by a restore may be another one.
drop index if exists {{users_schema}}.usertwo_users_email;

create unique index usertwo_users_email on {{users}} (lower(email));

-- down
drop index if exists {{users_schema}}.usertwo_users_email;

do $usertwo$
declare added name;
begin
  -- Owner columns that phase 6 added refer to the table, and stay: it stays with them.
  if obj_description({{users_text}}::regclass, 'pg_class') = 'usertwo: added' and not exists (
      select from pg_constraint
      where confrelid = {{users_text}}::regclass and conrelid <> confrelid and contype = 'f') then
    drop table {{users}};
  else
    for added in select attname from pg_attribute
      where attrelid = {{users_text}}::regclass and attname in ('email', 'is_admin') and not attisdropped
        and col_description(attrelid, attnum) = 'usertwo: added'
    loop
      execute format('alter table %s drop column %I', {{users_text}}, added);
    end loop;
  end if;
end $usertwo$;
