// A small app's database at phase 6: migrated as a real one is, then filled with other people's rows.
import pg from 'pg'
import { throwAwayServer } from '../../dist/proof/postgres/throw-away.js'
import { parseConfig } from '../../dist/src/config/config.js'
import { migrateTo } from '../../dist/src/migrate.js'
import { readEnforcement } from '../../dist/src/phases/6-isolation/start/enforcement.js'
import { rowsOf } from './person.mjs'

export const PEOPLE = 50

export const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' }, events: { owner: 'user_id' } },
})

const SCHEMA = `
  create table users (id serial primary key, username text not null unique);
  create table threads (id serial primary key, title text not null, n int not null default 0);
  create table events (id serial primary key, thread_id int not null references threads, note text not null);
  insert into users (username) values ('owner');
  insert into threads (title) select 'of 1' from generate_series(1, ${rowsOf(1)});`

const OTHERS = `
  insert into users (id, username) select id, 'user ' || id from generate_series(2, ${PEOPLE}) id;
  insert into threads (title, user_id)
    select 'of ' || id, id from generate_series(2, ${PEOPLE}) id, generate_series(1, 5 + id);
  insert into events (thread_id, note, user_id) select id, title, user_id from threads;
  analyze;`

/** Starts a server with the database on it. */
export async function startDatabase() {
  const server = await throwAwayServer()
  const template = await server.template('matrix', async (urls) => {
    await run(urls.url, SCHEMA)
    await migrateTo(urls, config, 6)
    await run(urls.adminUrl, OTHERS)
  })
  const { url, adminUrl } = await server.clone(template)
  return { url, adminUrl, stop: server.stop }
}

/** What the layers enforce, read from the catalog as `usertwo()` does at the start of an app. */
export async function enforcementOf(url) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await readEnforcement(client, config, 6)
  } finally {
    await client.end()
  }
}

export async function run(url, sql) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
