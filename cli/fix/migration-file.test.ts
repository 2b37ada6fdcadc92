import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { migrationFile } from './migration-file.js'

const SQL = { up: "select $${`a`}$$ ? 'b';\n", down: 'select 2;\n' }

let folder = ''
afterEach(() => rmSync(folder, { recursive: true }))

function laidOut(files: Record<string, string>): string {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-migration-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const TABLE = 'create table notes (id int)'
const NEXT_TIME = /^[\d/a-z_]*migrations\/\d{14}_usertwo_functions/

test.each<[string, Record<string, string>, string[] | undefined, string | RegExp]>([
  [
    'numbered files',
    { 'db/001_a.sql': TABLE, 'db/009_b.sql': TABLE },
    ['node', 'usertwo/sql.mjs', 'db/001_a.sql', 'db/009_b.sql'],
    'db/010_usertwo_functions.sql',
  ],
  ['one file', { 'schema.sql': TABLE }, ['node', 'usertwo/sql.mjs', 'schema.sql'], 'usertwo_functions.sql'],
  [
    'a script that reads a folder',
    { 'migrations/20250101000000_a.sql': TABLE },
    ['node', 'migrate.js'],
    NEXT_TIME,
  ],
  [
    'a time that is still to come',
    { 'migrations/29990101000000_a.sql': TABLE },
    undefined,
    'migrations/29990101000001_usertwo_functions.sql',
  ],
  ['Prisma', { 'prisma/migrations/20250101000000_a/migration.sql': TABLE }, undefined, NEXT_TIME],
  ['no migrations at all', { 'server.js': '' }, undefined, 'usertwo/usertwo_functions.sql'],
])('next to the migrations of the app: %s', (_, files, migrate, place) => {
  const { file, text } = migrationFile(laidOut(files), migrate, SQL)
  expect(file).toMatch(typeof place === 'string' ? new RegExp(`^${place.replaceAll('.', '\\.')}$`) : place)
  expect(text).toBe(SQL.up)
})

test.each([
  ['exports.up = () => null', '.js', /^exports\.up = \(knex\) => knex\.raw\(`/],
  ['export const up = () => null', '.mjs', /^export const up = \(knex\) => knex\.raw\(`/],
])('a migration of knex in the words of the last one: %s', async (last, ending, head) => {
  const made = laidOut({
    'knexfile.js': `module.exports = { migrations: { directory: './db/steps' } }`,
    [`db/steps/20250101000000_a${ending}`]: last,
  })
  const { file, text } = migrationFile(made, ['npx', 'knex', 'migrate:latest'], SQL)
  expect(file).toMatch(new RegExp(`^db/steps/\\d{14}_usertwo_functions\\${ending}$`))
  expect(text).toMatch(head)
  const said: string[] = []
  const code = text.replace(/^(?:exports\.|export const )(up|down) =/gm, 'steps.$1 =')
  const steps: Record<string, (knex: object) => void> = {}
  new Function('steps', code)(steps)
  for (const step of ['up', 'down']) steps[step]!({ raw: (sql: string) => said.push(sql) })
  expect(said).toEqual([`\n${SQL.up.replace('?', '\\?')}`, `\n${SQL.down}`])
})
