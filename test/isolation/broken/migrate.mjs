import { pool } from './app.mjs'

await pool.query(`
  create table notes (id serial primary key, title text not null, body text not null);
  insert into notes (title, body) values ('Bread and butter', 'From the market'), ('Two letters', 'To the coast');`)
await pool.end()
