// The ways to keep a query to its user, through knex and through pg. Each is opened in a process of its own, and gives a
// function from a user's id to its rows, and the pids of its backends; the first is the baseline of the
// comparison.
import { createHash } from 'node:crypto'
import knex from 'knex'
import pg from 'pg'
import { parseConfig } from '../../dist/src/config/config.js'
import { asUser } from '../../dist/src/index.js'
import { enforce, readEnforcement } from '../../dist/src/phases/6-isolation/start/enforcement.js'
import { scope } from '../../dist/src/scope.js'
import { rowOf } from './rows.mjs'

const BIND = "select set_config('usertwo.user_id', ?, ?)"
const SIZE = 8
// A text with such a word in quotes or a comment is never named: its meaning may change with the day.
const UNNAMED = 'today'

const open = (url, pool = {}) =>
  knex({ client: 'pg', connection: url, pool: { min: SIZE, max: SIZE, ...pool } })
const name = (sql) => createHash('sha256').update(sql).digest('hex').slice(0, 32)

/** The queries: `row` reads one row by its key, `page` the first ten of a list, `list` the first twenty. */
const ASKED = {
  row: (rows, id) => rows.where({ id }),
  page: (rows) => rows.orderBy('id').limit(10),
  list: (rows) => rows.orderBy('id').limit(20),
}
const ask = (db, { asked, id }, table = 'threads') =>
  ASKED[asked](db(table).select('id', 'title', 'n'), rowOf(id))
const own = (db, query) => ask(db, query, 'own_threads').where({ user_id: query.id })

const throughKnex = (db, query) => ({
  query,
  backends: () => db.client.pool.free.map(({ resource }) => resource.processID),
})

const KNEX = {
  'own filter, unnamed': ({ url, asked }) => {
    const db = open(url)
    return throughKnex(db, async (id) => await own(db, { asked, id }))
  },
  'own filter, named': ({ url, asked }) => {
    const db = open(url)
    const by = name(own(db, { asked, id: 1 }).toSQL().sql)
    return throughKnex(db, async (id) => await own(db, { asked, id }).options({ name: by }))
  },
  'policies alone, user set once': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}; set usertwo.user_id = 7`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, async () => await ask(db, { asked, id: 7 }))
  },
  'both layers, unnamed': async ({ url, asked }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) => asUser(id, async () => await ask(db, { asked, id }).comment(UNNAMED)))
  },
  'both layers': async ({ url, asked }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) => asUser(id, async () => await ask(db, { asked, id })))
  },
  'both layers, named by hand': async ({ url, asked }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) =>
      asUser(id, async () => await ask(db, { asked, id }).options({ name: 'by_hand' })),
    )
  },
  'binding in its own round trip': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, async (id) => {
      const connection = await db.client.acquireConnection()
      try {
        await db.raw(BIND, [String(id), false]).connection(connection)
        return await ask(db, { asked, id }).connection(connection)
      } finally {
        await db.client.releaseConnection(connection)
      }
    })
  },
  'transaction with SET LOCAL': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, (id) =>
      db.transaction(async (trx) => {
        await trx.raw(BIND, [String(id), true])
        return await ask(trx, { asked, id })
      }),
    )
  },
}

/** The same in SQL: text and values, with the owner in its condition where the app has one. */
const TEXTS = {
  row: (id, me) => [
    `select id, title, n from ${me ? 'own_threads where user_id = $2 and' : 'threads where'} id = $1`,
    [rowOf(id), ...(me ?? [])],
  ],
  page: (_id, me) => first(10, me),
  list: (_id, me) => first(20, me),
}
const first = (count, me) => [
  `select id, title, n from ${me ? 'own_threads where user_id = $2' : 'threads'} order by id limit $1`,
  [count, ...(me ?? [])],
]

function throughPg(url, config, within = (_id, work) => work()) {
  const pool = new pg.Pool({ connectionString: url, max: SIZE, min: SIZE })
  const pids = new Set()
  pool.on('connect', (client) => pids.add(client.processID))
  const query = (id) => within(id, async () => (await pool.query(config(id))).rows)
  return { query, backends: () => [...pids], pool }
}
const filtered = (asked, more) => (id) => {
  const [text, values] = TEXTS[asked](id, [id])
  return { text, values, ...more?.(text) }
}
const bare = (asked, more) => (id) => {
  const [text, values] = TEXTS[asked](id, null)
  return { text, values, ...more?.(text) }
}

const PG = {
  'own filter, unnamed': ({ url, asked }) => throughPg(url, filtered(asked)),
  'own filter, named': ({ url, asked }) =>
    throughPg(
      url,
      filtered(asked, (text) => ({ name: name(text) })),
    ),
  'usertwo, unnamed': async ({ url, asked }) =>
    scoped(
      url,
      bare(asked, (text) => ({ text: `${text} -- ${UNNAMED}` })),
    ),
  usertwo: async ({ url, asked }) => scoped(url, bare(asked)),
  'usertwo, named by hand': async ({ url, asked }) =>
    scoped(
      url,
      bare(asked, () => ({ name: 'by_hand' })),
    ),
}

export const WAYS = { knex: KNEX, pg: PG }

async function scoped(url, config) {
  const ways = throughPg(await layers(url), config, asUser)
  scope(ways.pool)
  return ways
}

/** Both layers, as a start at dial 6 lays them. */
async function layers(url) {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { threads: { owner: 'user_id' } },
  })
  const client = new pg.Client(url)
  await client.connect()
  enforce(await readEnforcement(client, config, 6))
  await client.end()
  return url
}
