import { pool } from './app.js'

await pool.query(`
  create table settings (id int primary key default 1 check (id = 1), page text not null default 'start');
  create table counters (name text primary key, value int not null default 0);
  create table tags (name text primary key, colour text not null default 'grey');
  create table shelves (id serial primary key, name text not null, about text not null default '');
  create table folders (path text primary key, parent text references folders);
  create table bookmarks (id serial primary key, key uuid not null unique, title text not null, url text not null,
    folder text references folders, opened int not null default 0);
  create table bookmark_tags (bookmark_id int references bookmarks on delete cascade,
    tag text references tags on update cascade, primary key (bookmark_id, tag));
  create table searches (id serial primary key, sought text not null, hits int not null);
  create table receipts (id serial primary key, year int not null, number int not null, total int not null, unique (year, number));
  create table snapshots (id serial primary key, label text not null, stored text not null);
  insert into settings default values;
  insert into counters (name) values ('saved'), ('opened');
  insert into tags (name) values ('web'), ('to read');
  insert into shelves (name) values ('work'), ('home');
  insert into folders values ('home', null), ('home/garden', 'home');
  insert into bookmarks (key, title, url, folder) values
    ('0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', 'Roses', 'https://roses.test/', 'home/garden');
  insert into bookmark_tags values (1, 'to read');
  insert into searches (sought, hits) values ('roses', 1);
  insert into receipts (year, number, total) values (2026, 1, 12)`)
await pool.end()
