create table users (
  id serial primary key,
  email text not null unique,
  name text not null default '',
  is_admin boolean not null default false
);
create table books (
  id serial primary key,
  title text not null,
  author text not null default '',
  read boolean not null default false
);
create table quotes (
  id serial primary key,
  book_id integer not null references books on delete cascade,
  text text not null
);
-- The person whose books are there already, as the proxy names them.
insert into users (email, name, is_admin) values ('first@example.com', 'First', true);
insert into books (title, author) select 'Book ' || n, 'Author ' || n from generate_series(1, 20) n;
insert into quotes (book_id, text) select id, 'From ' || title from books;
