create table users (
  id serial primary key,
  username varchar(40) not null unique,
  email varchar(120) not null unique
);
insert into users (username, email) values ('grace', 'grace@example.com');
