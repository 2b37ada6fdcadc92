import pg from 'pg'

const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
await client.query('create table if not exists notes (id serial primary key, text text not null)')
await client.query(`insert into notes (text) values ('milk'), ('call the plumber')`)
await client.end()
