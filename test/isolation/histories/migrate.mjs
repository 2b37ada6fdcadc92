import { pool } from './app.mjs'

await pool.query(`
  create table notes (id serial primary key, title text not null, stars int not null, parent_id int references notes on delete cascade);
  insert into notes (title, stars) values ('Bread and butter', 3), ('Two letters', 2), ('Three stamps', 5);`)
await pool.end()
