import { pool } from './app.js'

await pool.query('create table errands (id serial primary key, name text not null)')
await pool.query(
  `insert into errands (name) values ('Stamps for the letters'), ('Bread for Sunday'), ('New keys')`,
)
await pool.end()
