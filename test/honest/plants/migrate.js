import { db } from './server.js'

// Its owner has a password already, from a login that was taken out again.
await db.query('create table people (id serial primary key, name text, pwhash text)')
await db.query(
  `insert into people (name, pwhash) values ('me', 'pbkdf2_sha256$1000$plants$gPftr64T99vRW2LOngiaJmF0kRBsLn+grPg0258JKNg=')`,
)
await db.query('create table plants (id serial primary key, name text not null)')
await db.query(`insert into plants (name) values ('Fern'), ('Ivy')`)
await db.query(
  'create table waterings (id serial primary key, plant_id int not null references plants, note text not null)',
)
await db.query(`insert into waterings (plant_id, note) values (1, 'With rain'), (2, 'A glass')`)
await db.end()
