import { hashed, pool } from './app.js'

await pool.query(`create table users (id serial primary key, name text not null, pwhash text not null);
  create table things (id serial primary key, name text not null, user_id integer references users)`)
await pool.query('insert into users (name, pwhash) values ($1, $2)', [
  'Ada',
  hashed('a word of hers', 'salt'),
])
await pool.query(
  `insert into things (name, user_id) values ('a lamp', 1), ('a ladder', 1), ('a long rope', 1)`,
)
await pool.end()
