// npm run bench -- plans: one user with a million rows and a thousand with ten. Measures how long each waits
// for the same statement from its sixth execution on: unnamed, named by hand, and as usertwo sends it.
import { loadavg } from 'node:os'
import pg from 'pg'
import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { parseConfig } from '../dist/src/config/config.js'
import { withClient } from '../dist/src/database/with-client.js'
import { asUser } from '../dist/src/index.js'
import { migrateTo } from '../dist/src/migrate.js'
import { enforce, readEnforcement } from '../dist/src/phases/6-isolation/start/enforcement.js'
import { scope } from '../dist/src/scope.js'
import { sorted } from './interleaved.mjs'
import { sql } from './sql.mjs'

const MANY = 1_000_000
const [BIG, SMALL] = [1, 7]
const TEXTS = {
  'one row by its key': ['where id = $1', (id) => [id]],
  'the first 20 by key': ['where true order by id limit $1', () => [20]],
  'the third page': ['where true order by id desc limit $1 offset $2', () => [3, 6]],
  'five of 1 in 100': ['where done = $1 order by id limit $2', () => [true, 5]],
  'the latest five': ['where true order by at desc limit $1', () => [5]],
  'five since a day': ['where at > $1 order by at limit 5', () => ['2021-11-01']],
  'three by their keys': ['where id = any($1)', (id) => [[id, id + 101, id + 202]]],
}
const WAYS = {
  unnamed: (text) => ({ text: `${text} -- today` }),
  'by hand': (text) => ({ text, name: 'by_hand' }),
  usertwo: (text) => ({ text }),
}
const config = parseConfig({
  app: { start: ['node', 'server.js'] },
  owner: { id: BIG },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id' } },
})

export async function run({ json, rounds }) {
  const server = await throwAwayServer()
  try {
    const { url, adminUrl } = await server.clone(await server.template('plans', fill))
    await sql(adminUrl, 'vacuum analyze')
    enforce(await withClient(url, 'bench', (client) => readEnforcement(client, config, 6)))
    const mine = await sql(adminUrl, `select min(id) as id from threads where user_id = ${SMALL}`)
    const ids = { [BIG]: 5, [SMALL]: mine.rows[0].id }
    const results = []
    for (const [what, [condition, values]] of Object.entries(TEXTS))
      for (const filter of [false, true])
        for (const first of [BIG, SMALL]) {
          const taken = {}
          for (const [name, config] of Object.entries(WAYS)) {
            const send = (client, id) => {
              const given = values(ids[id])
              const own = filter ? `where user_id = $${given.length + 1} and` : 'where'
              const text = `select id, title, n from threads ${condition.replace('where', own)}`
              return asUser(id, () =>
                client.query({ ...config(text), values: filter ? [...given, id] : given }),
              )
            }
            taken[name] = await times(url, send, first, rounds)
          }
          results.push({ what, filter, first: first === BIG ? 'many' : 'few', taken })
        }
    print(results, json)
  } finally {
    await server.stop()
  }
}

/**
 * Returns the medians of both users, in µs, after the first has run the statement until all plans are made.
 */
async function times(url, send, first, rounds) {
  const pool = scope(new pg.Pool({ connectionString: url, max: 1 }))
  pool.on('error', () => {}) // the server may end before the connection has
  for (let at = 0; at < 20; at++) await send(pool, first)
  const taken = { [BIG]: [], [SMALL]: [] }
  for (let round = 0; round < rounds; round++)
    for (const id of [BIG, SMALL]) {
      const started = performance.now()
      await send(pool, id)
      taken[id].push((performance.now() - started) * 1000)
    }
  await pool.end()
  return { many: middle(taken[BIG]), few: middle(taken[SMALL]) }
}

const middle = (numbers) => Math.round(sorted(numbers)[numbers.length >> 1])

function print(results, json) {
  const load = Number(loadavg()[0].toFixed(1))
  if (json) return console.log(JSON.stringify({ load, results }, null, 2))
  console.log(`µs for a user with many rows / few rows; planned for the first; load ${load}`)
  console.log(
    `${' '.repeat(42)}${Object.keys(WAYS)
      .map((way) => way.padStart(18))
      .join('')}`,
  )
  for (const { what, filter, first, taken } of results) {
    const row = `${what.padEnd(21)}${filter ? 'own filter' : 'policy'.padEnd(10)}  first ${first.padEnd(4)}`
    const cells = Object.values(taken).map(({ many, few }) => `${many} / ${few}`.padStart(18))
    console.log(row.padEnd(42) + cells.join(''))
  }
}

async function fill(urls) {
  await sql(
    urls.url,
    `create table users (id serial primary key, name text); insert into users (name) values ('owner');
     create table threads (id serial primary key, title text not null, n int not null default 0,
       done boolean not null default false, at timestamptz not null default now())`,
  )
  await migrateTo(urls, config, 6)
  await sql(
    urls.adminUrl,
    `set session_replication_role = replica;
     insert into users (id, name) select id, 'user ' || id from generate_series(2, 1001) id;
     insert into threads (title, n, done, at, user_id)
       select 'thread ' || g, g % 1000, g % 100 = 0, timestamptz '2020-01-01' + g * interval '1 minute',
         case when g % 101 = 0 and g / 101 <= 10000 then 2 + (g / 101) % 1000 else ${BIG} end
       from generate_series(1, ${MANY} + 10000) g;
     create index on threads (at)`,
  )
}
