create table issues (
  id serial primary key,
  title text not null,
  status text not null default 'open' check (status in ('open', 'closed')),
  reported_by integer not null references users,
  assigned_to integer references users
);
create table comments (
  id serial primary key,
  issue_id integer not null references issues on delete cascade,
  author_id integer not null references users,
  body text not null
);
