import { pool } from './app.js'

await pool.query(`
  create table kinds (id serial primary key, label text not null);
  create table shelves (id serial primary key, label text not null);
  create table jars (id serial primary key, label text not null, kind_id integer not null references kinds,
    shelf_id integer not null references shelves);
  create table notes (id serial primary key, jar_id integer not null, text text not null);
  insert into notes (jar_id, text) values (1, 'from the heath'), (3, 'opened in May');
  insert into kinds (label) values ('Honey'), ('Beans'), ('Pickles');
  insert into shelves (label) values ('Upper shelf'), ('Lower shelf');
  insert into jars (label, kind_id, shelf_id) values ('Heather honey', 1, 1), ('White beans', 2, 1), ('Gherkins', 3, 2)`)
await pool.end()
