const { Client } = require('pg')

const client = new Client(process.env.DATABASE_URL)
client
  .connect()
  .then(() =>
    client.query(`create table days (id serial primary key, title text not null, mood text not null);
      create table lines (id serial primary key, day_id int not null references days on delete cascade, text text not null);
      insert into days (title, mood) values ('Rain on the roof', 'fair'), ('A letter came', 'good');
      insert into lines (day_id, text) values (1, 'The gutter sang.'), (2, 'From the coast.')`),
  )
  .then(() => client.end())
