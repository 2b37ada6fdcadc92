import { pool } from './app.js'

await pool.query(`create table readers (id serial primary key, name text);
  create table books (id uuid primary key default gen_random_uuid(), reader_id integer not null references readers,
    title text not null)`)
await pool.query(`insert into readers (name) values ('Ada')`)
await pool.query(
  `insert into books (reader_id, title) values (1, 'The bread book'), (1, 'Of bees'), (1, 'A long walk')`,
)
await pool.end()
