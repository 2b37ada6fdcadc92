create table users (
  id serial primary key,
  email varchar(200) not null unique,
  password_hash text not null
);
create table plants (
  id serial primary key,
  name text not null,
  place text not null default ''
);
create table waterings (
  id serial primary key,
  plant_id integer not null references plants on delete cascade,
  note text not null
);
-- The person whose plants are there already; the password is: first person
insert into users (email, password_hash)
  values ('first@example.com', '$2b$04$cJKGo4/VV69nHXE/.Qtgfunlrw/iKeOkDkEvnhdeLTznZu2oVzr4u');
insert into plants (name, place) select 'Plant ' || n, 'Window ' || n from generate_series(1, 20) n;
insert into waterings (plant_id, note) select id, 'Watered plant ' || id from plants;
