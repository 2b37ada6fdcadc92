create table lists (
  id serial primary key,
  title varchar(80) not null
);
create table todos (
  id serial primary key,
  list_id integer not null references lists on delete cascade,
  task text not null,
  done boolean not null default false,
  created_at timestamptz not null default now()
);
