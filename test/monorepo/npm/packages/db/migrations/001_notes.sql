create table notes (
  id serial primary key,
  text text not null
);
insert into notes (text) values ('milk'), ('call the plumber');
