-- phase: 3 risk: none, a new table

-- up
-- Only the hash of a one-time code is kept; used_at is set in the transaction that makes use of it.
create table usertwo.claims (
  code_hash text primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz
);

revoke all on table usertwo.claims from public;

-- down
drop table usertwo.claims;
