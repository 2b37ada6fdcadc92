// The tables, as their owner made them: a child says whose it is by its parent alone.
import pg from 'pg'
import { KEYS } from './keys.js'

const { primary, reference, owner } = KEYS[process.argv[2] ?? 'numbers']
const SCHEMA = `
  create table users (id ${primary} primary key, username text not null unique);
  create table projects (
    id ${primary} primary key,
    user_id ${reference} not null default '${owner}' references users,
    name text not null,
    position int not null
  );
  create table notes (
    id ${primary} primary key,
    project_id ${reference} not null references projects on delete cascade,
    title text not null,
    body text not null default '',
    views int not null default 0,
    created_at timestamptz not null default now()
  );
  create table tags (
    id ${primary} primary key,
    note_id ${reference} not null references notes on delete cascade,
    name text not null,
    unique (note_id, name)
  );
  create table settings (id ${primary} primary key, page_size int not null, theme text not null);`

const client = new pg.Client(process.env.DATABASE_URL)
await client.connect()
await client.query(SCHEMA)
await client.end()
