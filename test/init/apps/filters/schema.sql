create table wishes (
  id serial primary key,
  title varchar(80) not null,
  room text not null default 'kitchen',
  created_at timestamptz not null default now()
);
