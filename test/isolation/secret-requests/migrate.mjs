import { pool } from './app.mjs'

await pool.query(`
  create table events (id serial primary key, title text not null);
  create table feeds (id serial primary key, secret text not null unique);
  create table shares (id serial primary key, event_id int not null references events, token uuid not null unique,
    opened int not null default 0);
  create table keys (id serial primary key, key text not null unique);
  insert into events (title) values ('Dentist in the morning'), ('Dinner with friends');
  insert into feeds (secret) values ('4f9a2c7e51b8d0364f9a2c7e51b8d036');
  insert into shares (event_id, token) values (1, '5c7a1b3e-2f4d-4c8a-9e6b-1d3f5a7c9e0b');
  insert into keys (key) values ('k3y_7e51b8d0364f9a2c');`)
await pool.end()
