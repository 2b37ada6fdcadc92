const { Client } = require('pg')

const client = new Client(process.env.DATABASE_URL)
client
  .connect()
  .then(() =>
    client.query(`create table users (id serial primary key, username text);
      create table kinds (name text primary key);
      create table notes (id serial primary key, text text not null, kind text references kinds);
      insert into users (username) values ('me');
      insert into notes (text) values ('seven')`),
  )
  .finally(() => client.end())
