-- phase: 3 risk: none, new tables

-- up
-- Rotation gives a session a new refresh_id; sessions that came from one login share their family.
create table usertwo.user_sessions (
  id uuid primary key,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  refresh_id uuid not null unique,
  family uuid not null,
  user_agent text,
  ip_address text,
  issued_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create index user_sessions_user on usertwo.user_sessions (user_id);

create index user_sessions_family on usertwo.user_sessions (family);

create index user_sessions_expiry on usertwo.user_sessions (expires_at);

revoke all on table usertwo.user_sessions from public;

create table usertwo.revoked_tokens (
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  jti text primary key,
  revoked_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index revoked_tokens_user on usertwo.revoked_tokens (user_id);

create index revoked_tokens_expiry on usertwo.revoked_tokens (expires_at);

revoke all on table usertwo.revoked_tokens from public;

-- down
drop table usertwo.revoked_tokens;

drop table usertwo.user_sessions;
