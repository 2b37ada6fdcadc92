// The ways to keep a query to its user. Each is opened in a process of its own, and gives its knex and a function
// from a user's id to its rows; the first is what the others are compared with.
import { createHash } from 'node:crypto'
import knex from 'knex'
import pg from 'pg'
import { parseConfig } from '../../dist/core/config.js'
import { asUser } from '../../dist/index.js'
import { attach } from '../../dist/phases/6-isolation/connection/attach.js'
import { driverOf } from '../../dist/phases/6-isolation/connection/driver-of.js'
import { releaseOnce } from '../../dist/phases/6-isolation/connection/release.js'
import { readEnforcement } from '../../dist/phases/6-isolation/enforcement.js'
import { scopeKnex } from '../../dist/phases/6-isolation/query/scope-knex.js'
import { rowOf } from './rows.mjs'

const BIND = "select set_config('usertwo.user_id', ?, ?)"

const open = (url, pool = {}) => knex({ client: 'pg', connection: url, pool: { min: 8, max: 8, ...pool } })

/** What is asked: `row` reads one row by its key, `page` the first ten of a list. */
const ASKED = {
  row: (rows, id) => rows.where({ id }),
  page: (rows) => rows.orderBy('id').limit(10),
}
const ask = (db, { asked, id }, table = 'threads') =>
  ASKED[asked](db(table).select('id', 'title', 'n'), rowOf(id))
const own = (db, query) => ask(db, query, 'own_threads').where({ user_id: query.id })

export const WAYS = {
  'own filter, unnamed': ({ url, asked }) => {
    const db = open(url)
    return { db, query: async (id) => await own(db, { asked, id }) }
  },
  'own filter, named': ({ url, asked }) => {
    const db = open(url)
    const name = createHash('sha256')
      .update(own(db, { asked, id: 1 }).toSQL().sql)
      .digest('hex')
      .slice(0, 32)
    return { db, query: async (id) => await own(db, { asked, id }).options({ name }) }
  },
  'policies alone, user set once': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}; set usertwo.user_id = 7`, done)
    const db = open(url, { afterCreate })
    return { db, query: async () => await ask(db, { asked, id: 7 }) }
  },
  'both layers, unnamed': (to) => layers(to, false),
  'both layers, named': (to) => layers(to, true),
  'binding in its own round trip': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    const query = async (id) => {
      const connection = await db.client.acquireConnection()
      try {
        await db.raw(BIND, [String(id), false]).connection(connection)
        return await ask(db, { asked, id }).connection(connection)
      } finally {
        await db.client.releaseConnection(connection)
      }
    }
    return { db, query }
  },
  'transaction with SET LOCAL': ({ url, role, asked }) => {
    const afterCreate = (client, done) => client.query(`set role ${role}`, done)
    const db = open(url, { afterCreate })
    const query = (id) =>
      db.transaction(async (trx) => {
        await trx.raw(BIND, [String(id), true])
        return await ask(trx, { asked, id })
      })
    return { db, query }
  },
}

/** As `scope(db)` does it, but for the choice whether to name. */
async function layers({ url, asked }, named) {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { threads: { owner: 'user_id' } },
  })
  const client = new pg.Client(url)
  await client.connect()
  const known = await readEnforcement(client, config, 6)
  await client.end()
  const db = open(url)
  const { pg: driver, version } = driverOf(db)
  attach(driver, version, () => known.connection)
  releaseOnce(db.client)
  scopeKnex(
    db,
    () => known.query,
    () => named,
  )
  return { db, query: (id) => asUser(id, async () => await ask(db, { asked, id })) }
}
