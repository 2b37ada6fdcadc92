create table if not exists lists (
  id serial primary key,
  name text not null
);
create table if not exists items (
  id serial primary key,
  list_id integer not null references lists on delete cascade,
  title text not null,
  packed boolean not null default false
);
