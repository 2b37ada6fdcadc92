import { pool } from './app.js'

await pool.query(`
  create table messages (body text not null);
  insert into messages values ('Until next year')`)
await pool.end()
