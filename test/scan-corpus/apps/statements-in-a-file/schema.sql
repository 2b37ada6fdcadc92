create table users (id serial primary key, email text, password text);
create table recipes (id serial primary key, user_id integer references users(id), title text);
create table steps (id serial primary key, recipe_id integer references recipes(id), body text);
create table units (id serial primary key, name text);
