// Rows by a driver that no layer reaches, also beside pg: each command refuses it, by name and place.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

const SCHEMA = 'create table notes (id serial primary key, text text not null);\n'
/** by name: how the app makes its handle */
const DRIVERS = {
  'postgres.js': "import postgres from 'postgres'\nexport const sql = postgres(process.env.DATABASE_URL)\n",
  'postgres.js beside pg':
    "import pg from 'pg'\nimport postgres from 'postgres'\nexport const sessions = new pg.Pool()\nexport const sql = postgres()\n",
  'Drizzle over postgres.js':
    "import { drizzle } from 'drizzle-orm/postgres-js'\nexport const sql = drizzle(process.env.DATABASE_URL)\n",
  'Kysely over postgres.js':
    "import { Kysely } from 'kysely'\nimport { PostgresJSDialect } from 'kysely-postgres-js'\nexport const sql = new Kysely({ dialect: new PostgresJSDialect({}) })\n",
}
const made: string[] = []

beforeAll(build, 120_000)
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

function laid(db: string, pg: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-other-driver-'))
  made.push(folder)
  const files = {
    'package.json': JSON.stringify({
      name: 'notes',
      type: 'module',
      scripts: { start: 'node server.js' },
      dependencies: { express: '^5.1.0', ...pg },
    }),
    'schema.sql': SCHEMA,
    'db.js': db,
    'server.js': `import express from 'express'
import { sql } from './db.js'
const app = express()
app.get('/notes', async (req, res) => res.json(await sql\`select * from notes\`))
app.listen(process.env.PORT)\n`,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe.each(Object.entries(DRIVERS))('%s', (name, db) => {
  const place = /^\S+ beside/.test(name) || /^Kysely/.test(name) ? 'db.js:2' : 'db.js:1'
  const words = new RegExp(
    `${place}: .*postgres.* speaks to PostgreSQL without pg.*Use pg, or a library over it`,
  )
  const lay = () =>
    laid(db, /beside/.test(name) ? { pg: '^8.16.0', postgres: '^3.4.0' } : { postgres: '^3.4.0' })

  test.each([[[]], [['--run']], [['--keep-login']]])(
    'is refused by init %o, and nothing is written',
    async (options) => {
      const folder = lay()
      const before = readdirSync(folder)
      const { code, stderr } = await usertwo(folder, 'init', '--yes', ...options)
      expect(code).toBe(2)
      expect(stderr).toMatch(words)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(readdirSync(folder)).toEqual(before)
    },
  )

  test('is named by scan', async () => {
    const folder = lay()
    const { stdout } = await usertwo(folder, 'scan')
    expect(stdout).toMatch(/Library that no layer reaches/)
    expect(stdout).toMatch(new RegExp(`${place} .*speaks to PostgreSQL without pg`))
    expect(existsSync(join(folder, 'usertwo'))).toBe(false)
  })
})
