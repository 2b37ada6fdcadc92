-- phase: 3 risk: none, a new table

-- up
-- A token is a login that a program has: whose it is, when it ends and whether it has been ended stands with the logins,
-- so that whatever ends those ends it. Of its text only the hash is kept.
create table usertwo.tokens (
  id uuid primary key references usertwo.user_sessions (id) on delete cascade,
  name text not null,
  hash text not null unique,
  scopes text[] not null
);

revoke all on table usertwo.tokens from public;

-- down
drop table usertwo.tokens;
