-- phase: 3 risk: none, a new table

-- up
-- No foreign key: what happened to an account outlives the account.
create table usertwo.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  event text not null,
  user_id {{user_id_type}},
  actor_id {{user_id_type}},
  ip_address text,
  details jsonb not null default '{}'
);

create index audit_at on usertwo.audit (at);

create index audit_user on usertwo.audit (user_id, at);

revoke all on table usertwo.audit from public;

-- down
drop table usertwo.audit;
