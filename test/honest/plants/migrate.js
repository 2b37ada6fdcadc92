import { db } from './server.js'

await db.query('create table plants (id serial primary key, name text not null)')
await db.query(`insert into plants (name) values ('Fern'), ('Ivy')`)
await db.query(
  'create table waterings (id serial primary key, plant_id int not null references plants, note text not null)',
)
await db.query(`insert into waterings (plant_id, note) values (1, 'With rain'), (2, 'A glass')`)
await db.end()
