-- phase: 3 risk: none, a new table and a new column with a constant default

-- up
-- One-time links, each bound to an address and good for its kind alone; links to set a password have a table of their own.
-- Only the hash of a token is kept; used_at is set in the transaction that does what the link is for.
create table usertwo.links (
  id bigint generated always as identity primary key,
  kind text not null,
  token_hash text not null unique,
  user_id {{user_id_type}} references {{users}} ({{users_id}}) on delete cascade,
  email text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create index links_user on usertwo.links (user_id);

revoke all on table usertwo.links from public;

-- Whoever was there before is taken as they are: nobody asked them to confirm an address.
alter table usertwo.credentials add column must_verify boolean not null default false;

-- down
alter table usertwo.credentials drop column must_verify;

drop table usertwo.links;
