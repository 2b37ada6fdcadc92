import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import knex from 'knex'
import pg from 'pg'
import { expect, test } from 'vitest'
import { require } from '../../../../../test/support/shared-tables.js'
import { scope } from '../../../../scope.js'
import { driverOf } from './driver-of.js'

const loaded = require('pg')
const version: string = require('pg/package.json').version

test.each<[string, object]>([
  ['knex', knex({ client: 'pg', connection: {} })],
  ['a Pool', new pg.Pool()],
  ['a Client', new pg.Client()],
  ['pg itself', pg],
  ['a namespace of pg', { ...pg }],
  ['Sequelize', { connectionManager: { lib: loaded } }],
  ['a DataSource of TypeORM', { driver: { postgres: loaded } }],
  ['a database of pg-promise', { $config: { pgp: { pg: loaded } } }],
  ['pg-promise', Object.assign(() => {}, { pg: loaded })],
  ['Drizzle over a Pool', { $client: new pg.Pool() }],
  ['Drizzle over a Client', { $client: new pg.Client() }],
])('finds the copy of pg behind %s', (_name, handle) => {
  expect(driverOf(handle)).toEqual({ pg: loaded, version })
})

test('finds the second copy of pg in a tree, also under another name, with its own version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-copy-'))
  const renamed = join(folder, 'node_modules', 'postgres-driver')
  const real = dirname(require.resolve('pg/package.json'))
  mkdirSync(dirname(renamed))
  cpSync(real, renamed, { recursive: true })
  for (const name of ['pg-pool', 'pg-types', 'pg-protocol', 'pg-connection-string', 'pgpass', 'split2'])
    cpSync(join(real, '..', name), join(folder, 'node_modules', name), { recursive: true })
  for (const name of [
    'pg-int8',
    'postgres-array',
    'postgres-bytea',
    'postgres-date',
    'postgres-interval',
    'xtend',
  ])
    cpSync(join(real, '..', name), join(folder, 'node_modules', name), { recursive: true })
  const copy = createRequire(join(folder, 'index.js'))('postgres-driver')
  expect(copy).not.toBe(loaded)
  const found = driverOf(new copy.Pool())
  rmSync(folder, { recursive: true })
  expect(found.pg).toBe(copy)
  expect(found.version).toBe(version)
})

test.each<[string, object]>([
  ['an object', {}],
  ['a function', () => {}],
  ['a knex of another database', knex({ client: class extends knex.Client {} })],
  ['a class that looks like a Pool', new (class Pool {})()],
])('refuses %s, naming what it takes', (_name, handle) => {
  expect(() => driverOf(handle)).toThrow(/must be a knex instance of PostgreSQL, a Pool of pg/)
})

test('knows a pg from before there was a Pool, so that it is refused by its version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-old-'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "pg", "version": "4.5.7" }')
  writeFileSync(join(folder, 'index.js'), 'exports.Client = class {}; exports.Connection = class {}')
  const old = require(join(folder, 'index.js'))
  expect(driverOf(old)).toEqual({ pg: old, version: '4.5.7' })
  expect(() => scope(old)).toThrow(expect.objectContaining({ code: 'pg_version' }))
  rmSync(folder, { recursive: true })
})
