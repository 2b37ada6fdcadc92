// The same rows in every database: of the single-user app, of the app migrated to a dial of usertwo, and of
// apps with their own owner column. Each variant gets its own copy.
import { join } from 'node:path'
import { sql } from '../sql.mjs'
import { CONFIG } from './config.mjs'
import { ROWS_EACH } from './requests.mjs'
import { databaseOf } from './variants.mjs'

const ISOLATION = 6

const APP = `create table users (id serial primary key, username text);
  insert into users (username) values ('owner');
  create table notes (id serial primary key, title text not null, n int not null default 0)`
const FILTERED = `alter table notes add user_id int not null references users;
  create index on notes (user_id, id);
  create table denylist (jti text primary key)`

const fill = (whose, users) => `
  insert into users (id, username) select id, 'user ' || id from generate_series(2, ${users}) id;
  insert into notes (title, n${whose ? ', user_id' : ''})
    select 'Note ' || n || ' of ' || id, n${whose ? ', id' : ''}
    from generate_series(1, ${users}) id, generate_series(1, ${ROWS_EACH}) n order by id, n`

/**
 * @param users how many users have rows
 * @returns a function that copies a database. Its kind is 'filtered' or a dial; `root` is the folder of the
 * build that migrates to that dial. Each kind is created on first use.
 */
export function databasesOn(server, users) {
  const made = new Map()
  return async function copyOf({ kind, root }) {
    const name = `peers ${kind} ${root}`
    if (!made.has(name)) made.set(name, await server.template(name, (urls) => build(urls, kind, root, users)))
    const clone = await server.clone(made.get(name))
    await sql(clone.adminUrl, 'vacuum analyze')
    return clone
  }
}

/** Returns the variants, each with a database of its own. */
export async function openedOn(server, variants, users) {
  const copyOf = databasesOn(server, users)
  const opened = []
  for (const variant of variants) {
    const { url, adminUrl } = await copyOf(databaseOf(variant))
    opened.push({ ...variant, users, url, adminUrl })
  }
  return opened
}

async function build(urls, kind, root, users) {
  await sql(urls.url, APP)
  if (kind === 'filtered') await sql(urls.url, FILTERED)
  else {
    const { parseConfig } = await import(join(root, 'dist', 'src', 'config', 'config.js'))
    const { migrateTo } = await import(join(root, 'dist', 'src', 'migrate.js'))
    await migrateTo(urls, parseConfig(CONFIG), kind)
  }
  await sql(urls.adminUrl, fill(kind === 'filtered' || kind >= ISOLATION, users))
}
