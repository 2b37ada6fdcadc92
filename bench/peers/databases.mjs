// The same rows in every database: in those of the app of one person, in those migrated to a dial of usertwo, and in
// that of the apps that say themselves whose a row is. Each variant gets a copy of its own.
import { parseConfig } from '../../dist/src/config/config.js'
import { migrateTo } from '../../dist/src/migrate.js'
import { sql } from '../sql.mjs'
import { PEOPLE, ROWS_EACH } from './asked.mjs'
import { CONFIG } from './config.mjs'

const ISOLATION = 6

const APP = `create table users (id serial primary key, username text);
  insert into users (username) values ('owner');
  create table notes (id serial primary key, title text not null, n int not null default 0)`
const FILTERED = `alter table notes add user_id int not null references users;
  create index on notes (user_id, id);
  create table denylist (jti text primary key)`

const fill = (whose) => `
  insert into users (id, username) select id, 'user ' || id from generate_series(2, ${PEOPLE}) id;
  insert into notes (title, n${whose ? ', user_id' : ''})
    select 'Note ' || n || ' of ' || id, n${whose ? ', id' : ''}
    from generate_series(1, ${PEOPLE}) id, generate_series(1, ${ROWS_EACH}) n order by id, n`

/** @returns a function from 'filtered' or a dial to a database of its own; each kind is made when it is first asked for */
export function databasesOn(server) {
  const made = new Map()
  return async function copyOf(kind) {
    if (!made.has(kind)) made.set(kind, await server.template(`peers ${kind}`, (urls) => build(urls, kind)))
    const clone = await server.clone(made.get(kind))
    await sql(clone.adminUrl, 'vacuum analyze')
    return clone
  }
}

async function build(urls, kind) {
  await sql(urls.url, APP)
  if (kind === 'filtered') await sql(urls.url, FILTERED)
  else await migrateTo(urls, parseConfig(CONFIG), kind)
  await sql(urls.adminUrl, fill(kind === 'filtered' || kind >= ISOLATION))
}
