import { db, pool } from './app.js'

await pool.query(`
  create table session (sid varchar primary key, sess json not null, expire timestamp(6) not null);
  create table notes (id uuid primary key default gen_random_uuid(), text text not null);
  create table entries (id serial primary key, ref text not null unique, amount numeric(12,2) not null, at timestamptz not null, note text);
  create table readings (id serial primary key, day date not null, litres int not null);
  create table files (name text primary key, body bytea not null);
  create table digests (id serial primary key, n int not null, made timestamptz not null default now());
  create table docs (name text primary key, doc jsonb);
  create table visits (id serial primary key, at timestamptz not null, place text not null);
  create table stars (id serial primary key, code uuid not null default gen_random_uuid(), note text not null, made timestamptz not null default now());
  create table star_log (id serial primary key, star int not null references stars (id), code uuid not null, expires timestamptz not null default now() + interval '7 days');
  insert into docs values ('first', '{"a": null}');
  insert into visits (at, place) values ('2026-01-01 08:00Z', 'home');
  insert into stars (note) values ('first');
  insert into star_log (star, code) select id, code from stars;
  insert into notes values ('0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', 'Water the beans'), ('1b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a12', 'Old note');
  insert into entries (ref, amount, at, note) values ('rent-1', 12.50, '2026-01-01T08:00:00Z', 'rent');
  insert into readings (day, litres) values ('2026-01-01', 300);
  insert into digests (n) values (2);
  insert into files values ('first.txt', 'hello')`)
await pool.end()
await db.destroy()
