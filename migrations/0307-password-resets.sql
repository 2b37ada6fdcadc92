-- phase: 3 risk: none, a new table

-- up
-- Only the hash of a one-time link's token is kept; used_at is set in the transaction that changes the password.
create table usertwo.password_resets (
  token_hash text primary key,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create index password_resets_user on usertwo.password_resets (user_id);

revoke all on table usertwo.password_resets from public;

-- down
drop table usertwo.password_resets;
