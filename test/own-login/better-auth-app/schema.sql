-- As the command of better-auth writes it.
create table "user" (
  "id" text not null primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null
);
create table "session" (
  "id" text not null primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references "user" ("id") on delete cascade
);
create table "account" (
  "id" text not null primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references "user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null
);
create table "verification" (
  "id" text not null primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null
);
create index "session_userId_idx" on "session" ("userId");
create index "account_userId_idx" on "account" ("userId");
create index "verification_identifier_idx" on "verification" ("identifier");

create table albums (
  id serial primary key,
  title text not null,
  artist text not null default ''
);
create table plays (
  id serial primary key,
  album_id integer not null references albums on delete cascade,
  note text not null
);
-- The person whose albums are there already; the password is: first person
insert into "user" ("id", "name", "email", "emailVerified")
  values ('2cCfmPJbn3oFaDnyLQvqCGf0PpVOYkzK', 'First', 'first@example.com', false);
insert into "account" ("id", "accountId", "providerId", "userId", "password", "updatedAt")
  values ('6xYb0Uo9mZkPqTf2aLrVcWnDeHsJgKt1', '2cCfmPJbn3oFaDnyLQvqCGf0PpVOYkzK', 'credential',
    '2cCfmPJbn3oFaDnyLQvqCGf0PpVOYkzK', '9dd68c945e8a6ff89522250db6826246:2f16622c9e1adde6c6bde6da816740774b33360fe2a91026e48aeae247884cc788620df580c02ba9c9cbccbeb2bd4f33b49e8ec60c324b65d1d1a6d88f6157ea', current_timestamp);
insert into albums (title, artist) select 'Album ' || n, 'Artist ' || n from generate_series(1, 20) n;
insert into plays (album_id, note) select id, 'Played album ' || id from albums;
