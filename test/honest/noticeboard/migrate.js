import { handle as pool } from './by-pg.js'

for (const [table, ...titles] of [
  ['notices', 'Choir on Friday', 'Lost: one glove', 'Room to let'],
  ['reminders', 'Ring the dentist', 'Pay the rent', 'Water the ferns'],
]) {
  await pool.query(`create table ${table} (id serial primary key, title text not null)`)
  await pool.query(`insert into ${table} (title) select unnest($1::text[])`, [titles])
}
await pool.end()
