import { pool } from './app.js'

await pool.query(
  'create table items (id serial primary key, name text not null, bought boolean not null default false)',
)
await pool.query(`insert into items (name) values ('Bread'), ('Apples'), ('Soap')`)
await pool.end()
