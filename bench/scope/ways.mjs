// The ways to limit a query to its user, with knex and with pg. Each is opened in a process of its own and
// returns a function from a user's id to its rows, and the pids of its backends. The first is the baseline of
// the comparison.
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
// A statement with such a word in quotes or a comment is never named, because its meaning may change with the
// day.
const UNNAMED = 'today'

const open = (url, pool = {}) =>
  knex({ client: 'pg', connection: url, pool: { min: SIZE, max: SIZE, ...pool } })
const name = (sql) => createHash('sha256').update(sql).digest('hex').slice(0, 32)

/** The queries: `row` reads one row by its key, `page` the first ten of a list, `list` the first twenty. */
const QUERIES = {
  row: (rows, id) => rows.where({ id }),
  page: (rows) => rows.orderBy('id').limit(10),
  list: (rows) => rows.orderBy('id').limit(20),
}
const read = (db, { kind, id }, table = 'threads') =>
  QUERIES[kind](db(table).select('id', 'title', 'n'), rowOf(id))
const own = (db, query) => read(db, query, 'own_threads').where({ user_id: query.id })

const throughKnex = (db, query) => ({
  query,
  backends: () => db.client.pool.free.map(({ resource }) => resource.processID),
})

const KNEX = {
  'own filter, unnamed': ({ url, kind }) => {
    const db = open(url)
    return throughKnex(db, async (id) => await own(db, { kind, id }))
  },
  'own filter, named': ({ url, kind }) => {
    const db = open(url)
    const by = name(own(db, { kind, id: 1 }).toSQL().sql)
    return throughKnex(db, async (id) => await own(db, { kind, id }).options({ name: by }))
  },
  'policies alone, user set once': ({ url, role, kind }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}; set usertwo.user_id = 7`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, async () => await read(db, { kind, id: 7 }))
  },
  'both layers, unnamed': async ({ url, kind }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) => asUser(id, async () => await read(db, { kind, id }).comment(UNNAMED)))
  },
  'both layers': async ({ url, kind }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) => asUser(id, async () => await read(db, { kind, id })))
  },
  'both layers, named by hand': async ({ url, kind }) => {
    const db = scope(open(await layers(url)))
    return throughKnex(db, (id) =>
      asUser(id, async () => await read(db, { kind, id }).options({ name: 'by_hand' })),
    )
  },
  'binding in its own round trip': ({ url, role, kind }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, async (id) => {
      const connection = await db.client.acquireConnection()
      try {
        await db.raw(BIND, [String(id), false]).connection(connection)
        return await read(db, { kind, id }).connection(connection)
      } finally {
        await db.client.releaseConnection(connection)
      }
    })
  },
  'transaction with SET LOCAL': ({ url, role, kind }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    return throughKnex(db, (id) =>
      db.transaction(async (trx) => {
        await trx.raw(BIND, [String(id), true])
        return await read(trx, { kind, id })
      }),
    )
  },
}

/** The same as SQL text and values, with a condition on the owner if the app has one. */
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
const filtered = (kind, more) => (id) => {
  const [text, values] = TEXTS[kind](id, [id])
  return { text, values, ...more?.(text) }
}
const bare = (kind, more) => (id) => {
  const [text, values] = TEXTS[kind](id, null)
  return { text, values, ...more?.(text) }
}

const PG = {
  'own filter, unnamed': ({ url, kind }) => throughPg(url, filtered(kind)),
  'own filter, named': ({ url, kind }) =>
    throughPg(
      url,
      filtered(kind, (text) => ({ name: name(text) })),
    ),
  'usertwo, unnamed': async ({ url, kind }) =>
    scoped(
      url,
      bare(kind, (text) => ({ text: `${text} -- ${UNNAMED}` })),
    ),
  usertwo: async ({ url, kind }) => scoped(url, bare(kind)),
  'usertwo, named by hand': async ({ url, kind }) =>
    scoped(
      url,
      bare(kind, () => ({ name: 'by_hand' })),
    ),
}

export const WAYS = { knex: KNEX, pg: PG }

async function scoped(url, config) {
  const ways = throughPg(await layers(url), config, asUser)
  scope(ways.pool)
  return ways
}

/** Installs both layers, as a start at dial 6 does. */
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
