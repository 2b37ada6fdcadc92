create table lists (id serial primary key, name text not null, created_at timestamptz not null default now());
create table items (
  id serial primary key,
  list_id int not null references lists on delete cascade,
  title text not null,
  done boolean not null default false
);
create table files (
  id serial primary key,
  item_id int not null references items on delete cascade,
  path text not null,
  name text not null,
  type text not null
);
create table digests (id serial primary key, made_at timestamptz not null default now(), open int not null);
