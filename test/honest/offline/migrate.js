import { pool } from './app.js'

await pool.query(`
  create table notes (id uuid primary key default gen_random_uuid(), text text not null);
  create table tasks (uid text primary key, summary text not null);
  create table readings (id bigint primary key, litres int not null);
  insert into notes values ('0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', 'Water the beans');
  insert into tasks values ('dentist-1', 'The dentist at nine');
  insert into readings values (41, 300)`)
await pool.end()
