import { pool } from './app.js'

await pool.query('create table errands (id uuid primary key default gen_random_uuid(), name text not null)')
await pool.query(
  `insert into errands (name) values ('Stamps for the letters'), ('Bread for Sunday'), ('New keys')`,
)
await pool.end()
