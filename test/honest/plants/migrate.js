import { db } from './server.js'

await db.query('create table plants (id serial primary key, name text not null)')
await db.query(`insert into plants (name) values ('Fern'), ('Ivy')`)
await db.end()
