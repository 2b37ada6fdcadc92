import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { findHandles, mainHandle } from './handle.js'

async function handleIn(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-handle-'))
  try {
    writeFileSync(join(folder, 'db.js'), text)
    const config = parseConfig({
      app: { start: ['node', 'db.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    const handle = mainHandle(findHandles((await readSources(folder, config)).server))
    return (
      handle && { kind: handle.kind, name: handle.name, exported: handle.exported, single: handle.single }
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const WHOLE = { kind: 'whole' }
const named = (name: string) => ({ kind: 'named', name })

test.each([
  [`const Pool = require('pg').Pool; const pool = new Pool(); module.exports = pool`, 'pg', 'pool', WHOLE],
  [
    `const { Pool } = require('pg'); const pool = new Pool(); module.exports = { pool }`,
    'pg',
    'pool',
    named('pool'),
  ],
  [`const pg = require('pg'); exports.db = new pg.Pool()`, 'pg', null, named('db')],
  [`import pg from 'pg'; export const db = new pg.Pool()`, 'pg', 'db', named('db')],
  [`import pg from 'pg'; const { Pool } = pg; export const db = new Pool()`, 'pg', 'db', named('db')],
  [`const pg = require('pg'); const Pool = pg.Pool; module.exports = new Pool()`, 'pg', null, WHOLE],
  [`const pgp = require('pg-promise')(); const db = pgp({}); module.exports = db`, 'pg-promise', 'db', WHOLE],
  [
    `import pgPromise from 'pg-promise'; const make = pgPromise({}); export const db = make('x')`,
    'pg-promise',
    'db',
    named('db'),
  ],
  [`const knex = require('knex')({ client: 'pg' }); module.exports = knex`, 'knex', 'knex', WHOLE],
  [`import Knex from 'knex'; export default Knex({})`, 'knex', null, { kind: 'default' }],
  [
    `const pgp = require('pg-promise')(); const db = pgp(process.env.DATABASE_URL); module.exports = db`,
    'pg-promise',
    'db',
    WHOLE,
  ],
  [
    `import make from 'pg-promise'; const lib = make({}); export const db = lib('')`,
    'pg-promise',
    'db',
    named('db'),
  ],
  [
    `const { Sequelize } = require('sequelize'); const db = new Sequelize(''); db.sync()`,
    'Sequelize',
    'db',
    null,
  ],
  [
    `import { PrismaClient } from '@prisma/client'; export const prisma = new PrismaClient({})`,
    'Prisma',
    'prisma',
    named('prisma'),
  ],
  [
    `import { Pool } from 'pg'; import { PrismaClient } from './generated/client.js'
      export const pool = new Pool(); export const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })`,
    'Prisma',
    'prisma',
    named('prisma'),
  ],
  [
    `import { Kysely, PostgresDialect } from 'kysely'; import pg from 'pg'
      export const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({}) }) })`,
    'Kysely',
    'db',
    named('db'),
  ],
  [
    `const { Kysely, PostgresDialect } = require('kysely'); const { Pool } = require('pg'); const pool = new Pool()
      const db = new Kysely({ dialect: new PostgresDialect({ pool }) }); module.exports = { db, pool }`,
    'Kysely',
    'db',
    named('db'),
  ],
  [
    `import { Kysely, PostgresDialect } from 'kysely'; import pg from 'pg'
      export const db = new Kysely({ dialect: new PostgresDialect({ pool: async () => new pg.Pool({}) }) })`,
    'Kysely',
    null,
    null,
  ],
  [
    `import { Kysely, PostgresDialect } from 'kysely'; import { Pool } from 'pg'
      const dialect = new PostgresDialect({ pool: async () => new Pool({}) }); export default new Kysely({ dialect })`,
    'Kysely',
    null,
    null,
  ],
  [
    `import { createPool } from 'slonik'; export const pool = await createPool('')`,
    'slonik',
    'pool',
    named('pool'),
  ],
  [`import { createPool } from 'slonik'; export const pool = createPool('')`, 'slonik', null, null],
  [
    `const { MikroORM } = require('@mikro-orm/postgresql'); const orm = MikroORM.initSync({}); module.exports = { orm }`,
    'MikroORM',
    'orm',
    named('orm'),
  ],
  [
    `import { MikroORM } from '@mikro-orm/postgresql'; export const orm = MikroORM.init({})`,
    'MikroORM',
    null,
    null,
  ],
  [
    `import { MikroORM } from '@mikro-orm/core'; import { defineConfig } from '@mikro-orm/postgresql'
      export const orm = await MikroORM.init(defineConfig({}))`,
    'MikroORM',
    'orm',
    named('orm'),
  ],
  [
    `import { wrapped } from './wrapped.js'; import pg from 'pg'; export const db = wrapped(new pg.Pool({}))`,
    'pg',
    null,
    null,
  ],
])('%s is a handle', async (text, kind, name, exported) => {
  expect(await handleIn(text)).toEqual({ kind, name, exported, single: false })
})

test('distinguishes a single Client from a Pool, and ignores everything but handles', async () => {
  expect(await handleIn(`const { Client } = require('pg'); const db = new Client()`)).toMatchObject({
    single: true,
  })
  expect(await handleIn(`const { Router } = require('express'); const one = Router()`)).toBeNull()
  const mysql = `import { MikroORM } from '@mikro-orm/core'; import { defineConfig } from '@mikro-orm/mysql'`
  expect(await handleIn(`${mysql}\nexport const orm = await MikroORM.init(defineConfig({}))`)).toBeNull()
})
