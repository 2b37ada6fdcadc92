import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { startOnceText } from '../files/start-once.js'
import { ofWay } from './made-in-code.js'
import { findMigrations } from './migrations.js'
import { tablesGuess } from './reading.js'

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
  [
    'TypeORM, by classes of a folder',
    "new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsRun: true })",
  ],
  [
    'TypeORM, where a variable says so',
    "createConnection({ type: 'postgres', migrations: ['m/*.js'], migrationsRun: process.env.MIGRATE !== 'no' })",
  ],
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

test('a data source that runs no migrations by itself makes no tables', async () => {
  const options = "{ type: 'postgres', migrations: ['m/*.js'], migrationsRun: false }"
  expect(await found(`new DataSource(${options})`)).toEqual([])
})

test.each([
  ['one file', ['schema.sql'], 'certain'],
  ['files that are numbered', ['sql/001_plants.sql', 'sql/002_pots.sql'], 'certain'],
  [
    'folders that Prisma numbers',
    ['prisma/migrations/1_a/migration.sql', 'prisma/migrations/2_b/migration.sql'],
    'certain',
  ],
  ['two files that have no order', ['schema.sql', 'schema-old.sql'], 'likely'],
])('the SQL that makes the tables is as sure as its files say: %s', (_, files, sure) => {
  const way = {
    kind: 'sql' as const,
    migrate: ['node', 'run-sql.mjs', ...files],
    seed: null,
    files,
    at: `${files[0]}:1`,
  }
  expect(tablesGuess(way)).toMatchObject({ sure })
})

test('a script for the tables is found by its name, and one that empties them too only if it runs a file', () => {
  const wayOf = (scripts: Record<string, string>) =>
    findMigrations('/nowhere', { ...MANIFEST, scripts }, [], [], START).map(({ migrate }) => migrate.at(-1))
  expect(wayOf({ 'migration:up': 'mikro-orm migration:up' })).toEqual(['migration:up'])
  expect(wayOf({ 'db:init': 'node --env-file=.env db/init.js' })).toEqual(['db:init'])
  expect(wayOf({ 'reset-db': 'NODE_ENV=test tsx db/reset.ts', migrate: 'node migrate.js' })).toEqual([
    'migrate',
  ])
  expect(wayOf({ 'db:reset': 'docker compose down -v && node db/reset.js' })).toEqual([])
})

test('a table whose SQL is built from parts is named by its place', async () => {
  const parse = await fileParser('.')
  const whole = parse('a.js', 'const A = `create table plants (id serial)`')
  const parts = parse(
    'b.js',
    `const A = \`create table pots (id serial)\`\nconst B = \`create table p (a text check (a in (\${LIST})))\``,
  )
  const [made] = findMigrations('/nowhere', MANIFEST, [], [whole], START)
  expect(made).toMatchObject({ kind: 'texts', text: 'create table plants (id serial);\n' })
  expect(made?.left).toBeUndefined()
  const [partly] = findMigrations('/nowhere', MANIFEST, [], [parts], START)
  expect(partly).toMatchObject({ text: 'create table pots (id serial);\n', left: 'b.js:2' })
  expect(ofWay('relation "p" does not exist', partly!)).toBe(
    'relation "p" does not exist (usertwo/tables.sql is the SQL in b.js without that of b.js:2, which is built from parts: let a script named "migrate" in package.json make the tables)',
  )
  expect(ofWay('ended with 1', { ...partly!, kind: 'script' })).toBe('ended with 1')
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

test('an SQL file whose ending names PostgreSQL is one, and one for another database is left out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sql-'))
  const found = () => findMigrations(folder, MANIFEST, [], [], START).map(({ files }) => files)
  try {
    mkdirSync(join(folder, 'sql'))
    const put = (file: string) => writeFileSync(join(folder, 'sql', file), 'create table plants (id serial);')
    for (const file of ['plants.mysql', 'plants.mariadb', 'plants.sqlite', 'plants.md']) put(file)
    expect(found()).toEqual([])
    for (const ending of ['postgres', 'postgresql', 'pgsql', 'psql', 'ddl']) {
      put(`plants.${ending}`)
      expect(found(), ending).toEqual([[`sql/plants.${ending}`]])
      rmSync(join(folder, 'sql', `plants.${ending}`))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('files that only change or fill tables come after those that make them, and numbered ones stay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sql-'))
  const MAKES = 'create table plants (id serial);'
  const filesOf = (files: Record<string, string>) => {
    rmSync(join(folder, 'sql'), { recursive: true, force: true })
    mkdirSync(join(folder, 'sql'))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'sql', file), text)
    return findMigrations(folder, MANIFEST, [], [], START)[0]?.files.map((file) => file.slice(4))
  }
  try {
    expect(
      filesOf({
        'addComments.sql': "comment on table plants is 'green';",
        'createTables.sql': MAKES,
        'fillKinds.sql': 'insert into plants default values;',
      }),
    ).toEqual(['createTables.sql', 'addComments.sql', 'fillKinds.sql'])
    const numbered = {
      '0.sql': 'create extension citext;',
      '1.sql': MAKES,
      '2.sql': 'alter table plants add a int;',
      '3.sql': MAKES,
    }
    expect(filesOf(numbered)).toEqual(Object.keys(numbered))
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
