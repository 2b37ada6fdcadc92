create type state as enum ('open', 'done');
create table users (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,
  password_hash text
);
create table categories (id serial primary key, name text not null unique);
create table reports (
  id uuid primary key default gen_random_uuid(),
  reported_by uuid not null references users,
  title text not null,
  state state not null default 'open',
  weight text not null default 'low' check (weight in ('low', 'high'))
);
create table preferences (id serial primary key, user_id uuid not null references users, theme text not null);
