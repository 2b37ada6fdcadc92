create table lists (id serial primary key, name text not null, created_at timestamptz not null default now());
create table items (
  id serial primary key,
  list_id int not null references lists on delete cascade,
  title text not null,
  done boolean not null default false
);
create table reports (
  id serial primary key,
  list_id int not null references lists on delete cascade,
  name text not null,
  items int not null,
  made_at timestamptz not null default now()
);
