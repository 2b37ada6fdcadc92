-- phase: 3 risk: none, a new table

-- up
-- What is to be mailed, and to whom: neither an address nor a link. Both are made when it is sent, so that nothing here
-- opens an account, and an address that was changed meanwhile gets nothing.
create table usertwo.outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  created_at timestamptz not null default now(),
  next_at timestamptz not null default now(),
  attempts integer not null default 0,
  sent_at timestamptz,
  given_up_at timestamptz,
  last_error text
);

create index outbox_due on usertwo.outbox (next_at) where sent_at is null and given_up_at is null;

create index outbox_user on usertwo.outbox (user_id);

revoke all on table usertwo.outbox from public;

-- down
drop table usertwo.outbox;
