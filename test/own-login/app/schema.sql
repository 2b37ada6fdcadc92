create table users (
  id serial primary key,
  email varchar(200) not null unique,
  password_hash text not null,
  name text not null default ''
);
create table session (
  sid varchar not null primary key,
  sess json not null,
  expire timestamp(6) not null
);
create index session_expire on session (expire);
create table recipes (
  id serial primary key,
  title text not null,
  body text not null default ''
);
create table steps (
  id serial primary key,
  recipe_id integer not null references recipes on delete cascade,
  text text not null
);
-- The person whose recipes are there already; the password is: first person
insert into users (email, password_hash, name)
  values ('first@example.com', '$2b$04$cJKGo4/VV69nHXE/.Qtgfunlrw/iKeOkDkEvnhdeLTznZu2oVzr4u', 'First');
insert into recipes (title, body) select 'Recipe ' || n, 'Of the first person ' || n from generate_series(1, 20) n;
insert into steps (recipe_id, text) select id, 'Step of ' || id from recipes;
