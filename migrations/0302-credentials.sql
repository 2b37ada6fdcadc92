-- phase: 3 risk: none, a new table

-- up
-- is_admin on the users table is the one truth about administrators; `roles` holds every other role.
create table usertwo.credentials (
  user_id {{user_id_type}} primary key references {{users}} ({{users_id}}) on delete cascade,
  password_hash text,
  roles jsonb not null default '["user"]' check (jsonb_typeof(roles) = 'array' and not roles ? 'admin'),
  is_active boolean not null default true,
  is_verified boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

revoke all on table usertwo.credentials from public;

-- down
drop table usertwo.credentials;
