-- phase: 3 only: AUTH_ENABLE_OAUTH risk: none, new tables

-- up
-- Accounts of users at other providers, by which they log in. (iss, sub) is the account there, as the provider names itself
-- and the user (OpenID Connect Core, 5.7); an address never is. shown is how the user recognises it.
create table usertwo.identities (
  id uuid primary key,
  user_id {{user_id_type}} not null references {{users}} ({{users_id}}) on delete cascade,
  provider text not null,
  iss text not null,
  sub text not null,
  shown text,
  created_at timestamptz not null,
  last_used_at timestamptz,
  unique (iss, sub)
);

create index identities_user on usertwo.identities (user_id);

revoke all on table usertwo.identities from public;

-- A login by a provider that has begun. It waits for the browser that began it, and is deleted when that comes back. Of state
-- and browser hashes alone are kept, and what is sealed opens with both. user_id and session_id are set for one that links an
-- account there to that user, and null for a login.
create table usertwo.oauth_flows (
  state_hash text primary key,
  browser_hash text not null,
  provider text not null,
  user_id {{user_id_type}} references {{users}} ({{users_id}}) on delete cascade,
  session_id uuid,
  sealed text not null,
  expires_at timestamptz not null,
  check ((user_id is null) = (session_id is null))
);

create index oauth_flows_end on usertwo.oauth_flows (expires_at);
create index oauth_flows_user on usertwo.oauth_flows (user_id);

revoke all on table usertwo.oauth_flows from public;

-- down
drop table usertwo.oauth_flows;

drop table usertwo.identities;
