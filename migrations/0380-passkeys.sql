-- phase: 3 only: AUTH_ENABLE_PASSKEYS risk: none, new tables

-- up
-- Passkeys (WebAuthn): public keys, so nothing here logs anyone in. user_handle is what the authenticator knows the user by,
-- random and the same for all passkeys of a user. counter moves only forward, as far as an authenticator counts at all.
create table usertwo.passkeys (
  id uuid primary key,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  credential_id text not null unique,
  public_key bytea not null,
  user_handle text not null,
  name text not null,
  transports text[] not null,
  counter bigint not null,
  is_backup_eligible boolean not null,
  is_backed_up boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);

create index passkeys_user on usertwo.passkeys (user_id);

revoke all on table usertwo.passkeys from public;

-- A challenge waits for the browser that asked for it, and is deleted by the answer to it. Hashes alone are kept.
-- user_id and user_handle are set for one that adds a passkey, and null for a login.
create table usertwo.passkey_challenges (
  challenge_hash text primary key,
  browser_hash text not null,
  user_id {{user_id_type}} references {{users}} ({{users_id}}) on delete cascade,
  user_handle text,
  expires_at timestamptz not null,
  check ((user_id is null) = (user_handle is null))
);

create index passkey_challenges_end on usertwo.passkey_challenges (expires_at);
create index passkey_challenges_user on usertwo.passkey_challenges (user_id);

revoke all on table usertwo.passkey_challenges from public;

-- down
drop table usertwo.passkey_challenges;

drop table usertwo.passkeys;
