import { pool } from './database.js'

await pool.query(`
  create table clippings (
    id uuid primary key default gen_random_uuid(),
    title text not null,
    topic text not null default '',
    stars int not null default 0,
    views int not null default 0,
    added_at timestamptz not null default now(),
    seen_at timestamptz
  );
  create table links (
    id serial primary key,
    url text not null,
    changed_at timestamptz not null default now()
  );
  insert into clippings (id, title, topic) values ('11111111-1111-4111-8111-111111111111', 'Rain', 'weather');
  insert into clippings (title, topic, seen_at) values ('Snow', 'weather', now()), ('Elections', 'news', null);
  insert into links (url) values ('https://example.com/rain'), ('https://example.com/snow')`)
await pool.end()
