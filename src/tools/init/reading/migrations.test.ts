import { expect, test } from 'vitest'
import { fileParser } from '../../inventory/sources.js'
import { findMigrations } from './migrations.js'

const START = { command: ['node', 'server.js'], file: 'server.js', at: 'package.json:1' }
const MANIFEST = { scripts: {}, dependencies: {}, text: '{}' }
const found = async (text: string) => {
  const source = (await fileParser('.'))('server.js', text)
  return findMigrations('/nowhere', MANIFEST, [source], [], START)
}

test.each([
  ['knex', "await db.schema.createTable('plants', (table) => table.increments())"],
  ['knex, chained', "db.schema\n.createTableIfNotExists('plants', (table) => table.increments())"],
  ['Sequelize', 'await sequelize.sync()'],
  ['SQL', "await pool.query('create table if not exists plants (id serial)')"],
])('tables that are made while the app starts are found there: %s', async (_, text) => {
  const [way] = await found(text)
  expect(way).toMatchObject({ kind: 'start', migrate: ['node', 'usertwo/start-once.mjs'] })
  expect(way?.at).toMatch(/^server\.js:1/)
})
