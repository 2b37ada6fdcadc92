// The same rows in every database: in those of the app of one person, in those migrated to a dial of usertwo, and in
// that of the apps that say themselves whose a row is. Each variant gets a copy of its own.
import { join } from 'node:path'
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

/**
 * @returns a function from 'filtered' or a dial, and the folder of the build that migrates to it, to a database of its
 * own; each kind is made when it is first needed
 */
export function databasesOn(server) {
  const made = new Map()
  return async function copyOf({ kind, root }) {
    const name = `peers ${kind} ${root}`
    if (!made.has(name)) made.set(name, await server.template(name, (urls) => build(urls, kind, root)))
    const clone = await server.clone(made.get(name))
    await sql(clone.adminUrl, 'vacuum analyze')
    return clone
  }
}

async function build(urls, kind, root) {
  await sql(urls.url, APP)
  if (kind === 'filtered') await sql(urls.url, FILTERED)
  else {
    const { parseConfig } = await import(join(root, 'dist', 'src', 'config', 'config.js'))
    const { migrateTo } = await import(join(root, 'dist', 'src', 'migrate.js'))
    await migrateTo(urls, parseConfig(CONFIG), kind)
  }
  await sql(urls.adminUrl, fill(kind === 'filtered' || kind >= ISOLATION))
}
