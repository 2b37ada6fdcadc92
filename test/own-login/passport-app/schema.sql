create table users (
  id serial primary key,
  username text not null unique,
  email text not null unique,
  hashed_password text not null,
  created_at timestamptz not null default now()
);
create table links (
  id serial primary key,
  url text not null,
  title text not null
);
create table notes (
  id serial primary key,
  link_id integer not null references links on delete cascade,
  text text not null
);
-- The person whose links are there already; nothing here says the password.
insert into users (username, email, hashed_password)
  values ('first', 'first@example.com', '$2b$04$cJKGo4/VV69nHXE/.Qtgfunlrw/iKeOkDkEvnhdeLTznZu2oVzr4u');
insert into links (url, title) select 'https://example.com/' || n, 'Link ' || n from generate_series(1, 12) n;
insert into notes (link_id, text) select id, 'Note on ' || title from links;
