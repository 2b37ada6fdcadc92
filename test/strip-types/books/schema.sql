create table books (
  id serial primary key,
  title text not null,
  pages int
);
