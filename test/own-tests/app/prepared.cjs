// What the tests of every runner stand on: a handle of their own, and tables that are emptied.
const knex = require('knex')
const { Client } = require('pg')
const supertest = require('supertest')
const app = require('./app.cjs')

exports.ask = () => supertest(app)
exports.open = () => {
  const db = knex({ client: 'pg', connection: process.env.TEST_DB_URL })
  app.set('db', db)
  return db
}
exports.empty = (db) => db.raw('truncate notes, kinds restart identity cascade')
/** By a client of its own, past knex. */
exports.stored = async () => {
  const client = new Client(process.env.TEST_DB_URL)
  await client.connect()
  const { rows } = await client.query('select id, text from notes order by id')
  await client.end()
  return rows
}
