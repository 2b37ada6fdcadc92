import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { startOnceText } from '../files/start-once.js'
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
  ['TypeORM', "new DataSource({ type: 'postgres', synchronize: process.env.NODE_ENV !== 'production' })"],
  ['SQL', "await pool.query('create table if not exists plants (id serial)')"],
])('tables that are made while the app starts are found there: %s', async (_, text) => {
  const [way] = await found(text)
  expect(way).toMatchObject({ kind: 'start', migrate: ['node', 'usertwo/start-once.mjs'] })
  expect(way?.at).toMatch(/^server\.js:1/)
})

test('the start for TypeORM’s tables makes them where the data source does not synchronize any more', () => {
  expect(startOnceText(START, true)).toMatch(/await connect\.call\(this\)\n {2}await this\.synchronize\(\)/)
  expect(startOnceText(START, false)).not.toContain('typeorm')
})

test('a data source that does not synchronize makes no tables', async () => {
  expect(await found("new DataSource({ type: 'postgres', synchronize: false })")).toEqual([])
})

test('after the SQL files of one folder come those of the next, then each file by itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sql-'))
  try {
    for (const place of ['db', 'sql']) mkdirSync(join(folder, place))
    for (const file of ['db/broken.sql', 'db/tables.sql', 'sql/init.sql'])
      writeFileSync(join(folder, file), 'create table plants (id serial);')
    writeFileSync(join(folder, 'sql/rows.sql'), 'insert into plants default values;')
    const ways = findMigrations(folder, MANIFEST, [], [], START)
    expect(ways.map(({ files }) => files)).toEqual([
      ['db/broken.sql', 'db/tables.sql'],
      ['sql/init.sql', 'sql/rows.sql'],
      ['db/broken.sql'],
      ['db/tables.sql'],
      ['sql/init.sql'],
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an SQL file is found in any folder, after what the app makes while it starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sql-'))
  const put = (place: string, file: string) => {
    mkdirSync(join(folder, place), { recursive: true })
    writeFileSync(join(folder, place, file), 'create table plants (id serial);')
  }
  try {
    put('src', 'database.sql')
    put('server/models/setup', 'tables.sql')
    for (const place of ['node_modules/x', 'test/fixtures', '.cache', 'usertwo', 'dist']) put(place, 'no.sql')
    const starts = (await fileParser('.'))('server.js', 'sequelize.sync()')
    const ways = findMigrations(folder, MANIFEST, [starts], [], START)
    expect(ways.map(({ kind, files }) => [kind, files])).toEqual([
      ['start', []],
      ['sql', ['server/models/setup/tables.sql']],
      ['sql', ['src/database.sql']],
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('Prisma’s migrations are run in their order as SQL, and by Prisma where its schema engine is here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-prisma-'))
  try {
    for (const name of ['2_more', '1_init']) {
      mkdirSync(join(folder, 'prisma/migrations', name), { recursive: true })
      writeFileSync(join(folder, 'prisma/migrations', name, 'migration.sql'), 'create table t (id int);')
    }
    writeFileSync(join(folder, 'prisma/migrations/migration_lock.toml'), '')
    const files = ['prisma/migrations/1_init/migration.sql', 'prisma/migrations/2_more/migration.sql']
    const bySql = { kind: 'sql', migrate: ['node', 'usertwo/sql.mjs', ...files], files }
    expect(findMigrations(folder, MANIFEST, [], [], START)).toMatchObject([bySql])
    mkdirSync(join(folder, 'node_modules/@prisma/engines'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/@prisma/engines/schema-engine-linux'), '')
    const byPrisma = { kind: 'prisma', migrate: ['npx', 'prisma', 'migrate', 'deploy'], files: [] }
    expect(findMigrations(folder, MANIFEST, [], [], START)).toMatchObject([byPrisma, bySql])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
