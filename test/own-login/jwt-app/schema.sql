create table users (
  id serial primary key,
  email varchar(200) not null unique,
  password_hash text not null,
  name text not null default '',
  role text not null default 'reader'
);
create table books (
  id serial primary key,
  title text not null,
  author text not null default ''
);
create table notes (
  id serial primary key,
  book_id integer not null references books on delete cascade,
  text text not null
);
-- A place in a book that its reader gives a name.
create table marks (
  name text primary key,
  page integer not null
);
-- The person whose books are there already; the password is: first person
insert into users (email, password_hash, name)
  values ('first@example.com', '$2b$04$cJKGo4/VV69nHXE/.Qtgfunlrw/iKeOkDkEvnhdeLTznZu2oVzr4u', 'First');
insert into books (title, author) select 'Book ' || n, 'Author ' || n from generate_series(1, 20) n;
insert into notes (book_id, text) select id, 'Note of ' || id from books;
insert into marks values ('shelf', 3);
