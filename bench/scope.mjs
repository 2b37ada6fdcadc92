// npm run bench -- scope: what the two layers cost per query, compared with a filter that an app writes
// itself.

import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { parseConfig } from '../dist/src/config/config.js'
import { withClient } from '../dist/src/database/with-client.js'
import { migrateTo } from '../dist/src/migrate.js'
import { readEnforcement } from '../dist/src/phases/6-isolation/start/enforcement.js'
import { interleaved, print } from './interleaved.mjs'
import { ROWS_EACH, USERS } from './scope/rows.mjs'
import { WAYS } from './scope/ways.mjs'
import { sql } from './sql.mjs'

const QUERIES = { row: 'One row by its key', page: 'A page of ten rows', list: 'A list of twenty rows' }
const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' } },
})

export async function run({ json, rounds, query: kind = 'row', by = 'knex' }) {
  if (!(kind in QUERIES)) throw new Error(`--query ${Object.keys(QUERIES).join(' | ')}`)
  if (!(by in WAYS)) throw new Error(`--by ${Object.keys(WAYS).join(' | ')}`)

  const server = await throwAwayServer()
  try {
    const { url, role } = await fill(server)
    const variants = Object.fromEntries(
      Object.keys(WAYS[by]).map((name) => [name, [by, name, kind, url, role]]),
    )
    const program = new URL('scope/child.mjs', import.meta.url)
    const results = await interleaved(program, variants, { rounds, work: 400 })
    print(results, { json, title: `${QUERIES[kind]} by ${by}, 16 in flight` })
  } finally {
    await server.stop()
  }
}

/** Creates the same rows twice: under the layers, and as in an app without usertwo. */
async function fill(server) {
  const template = await server.template('bench', async (urls) => {
    await sql(
      urls.url,
      `create table users (id serial primary key, name text); insert into users (name) values ('owner');
       create table threads (id serial primary key, title text not null, n int not null default 0)`,
    )
    await migrateTo(urls, config, 6)
    await sql(
      urls.adminUrl,
      `insert into users (id, name) select id, 'user ' || id from generate_series(2, ${USERS}) id;
       insert into threads (title, n, user_id)
         select 'thread ' || n, n, id from generate_series(1, ${ROWS_EACH}) n, generate_series(1, ${USERS}) id
         order by n, id`,
    )
    await sql(
      urls.url,
      `create table own_threads (id serial primary key, title text not null, n int not null default 0,
         user_id int not null)`,
    )
    await sql(
      urls.adminUrl,
      'insert into own_threads (id, title, n, user_id) select id, title, n, user_id from threads order by id',
    )
    await sql(urls.adminUrl, 'create index on own_threads (user_id, id)') // as usertwo creates it
  })
  const { url, adminUrl } = await server.clone(template)
  await sql(adminUrl, 'vacuum analyze') // dead rows alone have halved a ratio
  const { connection } = await withClient(url, 'bench', (client) => readEnforcement(client, config, 6))
  return { url, role: connection.requestRole }
}
