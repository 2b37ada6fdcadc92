create table categories (id serial primary key, name varchar(40) not null);
create table recipes (
  id serial primary key,
  category_id integer references categories on delete set null,
  title varchar(120) not null,
  notes text
);
create table ingredients (
  id serial primary key,
  recipe_id integer not null,
  name text not null,
  bought boolean not null default false
);
insert into categories (name) values ('Soups'), ('Cakes'), ('Salads');
