-- phase: 3 only: AUTH_ENABLE_TOTP risk: none, new tables

-- up
-- A second factor by codes of an app (RFC 6238). Secrets are encrypted with a key of JWT_SECRET; last_step is the time step
-- whose code was taken last, and moves only forward. A new secret waits beside the present one until a code confirms it.
create table usertwo.totp (
  user_id {{user_id_type}} primary key references {{users}} ({{users_id}}) on delete cascade,
  secret text,
  confirmed_at timestamptz,
  last_step bigint,
  pending_secret text,
  pending_at timestamptz,
  check ((secret is null) = (confirmed_at is null)),
  check ((pending_secret is null) = (pending_at is null))
);

revoke all on table usertwo.totp from public;

-- Only the hash of a recovery code is kept; used_at is set by the login that uses it.
create table usertwo.recovery_codes (
  code_hash text primary key,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  used_at timestamptz
);

create index recovery_codes_user on usertwo.recovery_codes (user_id);

revoke all on table usertwo.recovery_codes from public;

-- down
drop table usertwo.recovery_codes;

drop table usertwo.totp;
