export const schema = `
  create table lists (id serial primary key, name text not null);
  create table items (id serial primary key, name text not null, done boolean not null default false,
    list_id int not null references lists on delete cascade);
  insert into lists (name) values ('Groceries'), ('Garden');
  insert into items (name, list_id) values ('Bread', 1), ('Apples', 1), ('Soap', 1), ('Seeds', 2), ('String', 2);`
