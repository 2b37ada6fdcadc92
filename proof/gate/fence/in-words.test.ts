import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FenceRefusal } from '../preload/fence/orders.js'
import { refusalInWords } from './in-words.js'

const root = mkdtempSync(join(tmpdir(), 'in-words-'))
afterAll(() => rmSync(root, { recursive: true }))

/** What is said of an app with these files, whose first query is in `routes/notes.js:4`. */
function said(files: Record<string, string>, refusal: Partial<FenceRefusal> = {}): string {
  const folder = mkdtempSync(join(root, 'app-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return refusalInWords(
    {
      database: true,
      redis: false,
      place: '127.0.0.1:5432',
      variables: [],
      overwritten: [],
      beside: [],
      caller: 'routes/notes.js:4',
      ...refusal,
    },
    folder,
  )
}

const ROUTES = { 'routes/notes.js': "\n\n\nrouter.get('/', () => pool.query('select 1'))\n" }

test.each([
  [
    'with its port',
    "const { Pool } = require('pg')\n\nmodule.exports = new Pool({\n  port: 5432,\n})",
    'db.js:4',
  ],
  [
    'as a URL',
    "const pg = require('pg')\nmodule.exports = new pg.Pool('postgres://me@localhost/notes')",
    'db.js:2',
  ],
  [
    'without a port',
    "const { Pool } = require('pg')\nmodule.exports = new Pool({ database: 'notes' })",
    'db.js:2',
  ],
])(
  'the place of a database written in the source %s is its line, not that of the first query',
  (_, db, at) => {
    expect(said({ ...ROUTES, 'db.js': db })).toContain(`which no variable names (${at})`)
  },
)

test('the port in a file that makes no connection is not the place', () => {
  const db = "const { Pool } = require('pg')\nmodule.exports = new Pool({ port: 5432 })"
  const aside = { 'compose.yaml': 'ports:\n  - 5432:5432\n', 'a.js': '// the usual port is 5432\n' }
  expect(said({ ...ROUTES, ...aside, 'lib/db.js': db })).toContain('(lib/db.js:2)')
  expect(said({ ...ROUTES, 'config/config.json': '{\n"port": 5432 }' })).toContain('(config/config.json:2)')
})

test('the place of another host is the line with its name, else that of the query', () => {
  const place = 'db.example.com:5432'
  const db = "const { Pool } = require('pg')\nmodule.exports = new Pool({\n  host: 'db.example.com' })"
  expect(said({ ...ROUTES, 'db.js': db }, { place })).toContain('(db.js:3)')
  expect(said(ROUTES, { place })).toContain('(routes/notes.js:4)')
})
