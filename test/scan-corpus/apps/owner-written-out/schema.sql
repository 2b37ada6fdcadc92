create table users (id serial primary key, name text);
create table goals (id serial primary key, user_id int not null references users (id), name text);
