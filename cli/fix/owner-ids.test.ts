import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { build } from '../../test/support/built.js'
import { fixOwnerIds } from './owner-ids.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const APP = {
  'package.json': '{ "name": "notes", "dependencies": { "express": "^4", "pg": "^8", "knex": "^3" } }',
  'schema.sql': `create table users (id serial primary key, name text);
    create table notes (id serial primary key, user_id int references users, text text);`,
  'src/config.js': `'use strict'\nconst USER_ID = Number(process.env.USER_ID || 1)\nmodule.exports = { USER_ID }\n`,
  'src/store.js': `const { USER_ID } = require('./config')
const ALL = 'select * from notes where user_id = 1'
const empty = { user_id: 1, text: '' }

module.exports = (db, knex) => ({
  list: () => db.query('SELECT * FROM notes WHERE user_id = 1 ORDER BY id'), // all of them
  one: (id) => db.query(\`select * from notes
    where id = $1 and user_id = 1\`, [id]),
  add: (text) => db.query('insert into notes (user_id, text) values (1, $1)', [text]),
  edit: (text) => db.query('update notes set text = $2 where user_id = $1', [1, text]),
  insert: (text) => knex('notes').insert({ user_id: 1,  text }),
  where: () => knex('notes').where({ user_id: 1 }).where('user_id', '=', 1),
  raw: () => knex('notes').whereRaw('user_id = 1 and id > ?', [3]),
  of: (userId = 1) => ({ userId, USER_ID }),
  owner: () => ({ id: USER_ID, named: owned(1) }),
  built: (table) => db.query(\`select * from \${table} where user_id = 1\`),
  kept: () => db.query(ALL),
  empty: () => empty,
})
function owned(ownerId) {
  return ownerId
}
`,
  'test.js': `const calls = []
const note = (text, values) => calls.push(text.replace(/\\s+/g, ' ') + ' ' + JSON.stringify(values))
const chain = new Proxy(() => chain, { get: (_, name) => (...given) => (calls.push(name + ' ' + JSON.stringify(given)), chain) })
const store = require('./src/store')({ query: note }, chain)
for (const [name, work] of Object.entries(store)) calls.push(name + ' ' + JSON.stringify(work('x') ?? null))
require('node:fs').appendFileSync('calls.json', JSON.stringify(calls) + '\\n')
`,
}

let folder: string
beforeAll(build, 120_000)
afterEach(() => rmSync(folder, { recursive: true }))

function lay(files: Record<string, string>, installed = true): string {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-fix-'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  mkdirSync(join(folder, 'node_modules'))
  if (installed) symlinkSync(ROOT, join(folder, 'node_modules', 'usertwo'))
  return folder
}
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

function usertwo(...args: string[]): Promise<{ code: number; out: string }> {
  const main = join(ROOT, 'dist/cli/main.js')
  return new Promise((done) =>
    execFile(process.execPath, [main, 'fix', ...args], { cwd: folder }, (error, out, said) =>
      done({ code: (error?.code as number) ?? 0, out: out + said }),
    ),
  )
}

it('asks for the current user in SQL, conditions, rows, defaults, arguments and uses of a constant', async () => {
  const { files, left, rewritten } = await fixOwnerIds(lay(APP))
  const text = files.find(({ file }) => file === 'src/store.js')!.text
  for (const line of [
    `const { USER_ID } = require('./config')\nconst { currentUserId } = require('./current-user')\n`,
    `db.query('SELECT * FROM notes WHERE user_id = $1 ORDER BY id', [currentUserId()]), // all of them`,
    'where id = $1 and user_id = $2`, [id, currentUserId()]),',
    `db.query('insert into notes (user_id, text) values ($2, $1)', [text, currentUserId()]),`,
    `where user_id = $1', [currentUserId(), text]),`,
    '.insert({ user_id: currentUserId(),  text }),',
    `.where({ user_id: currentUserId() }).where('user_id', '=', currentUserId()),`,
    `.whereRaw('user_id = ? and id > ?', [currentUserId(), 3]),`,
    'of: (userId = currentUserId()) => ({ userId, USER_ID: currentUserId(USER_ID) }),',
    'owner: () => ({ id: currentUserId(USER_ID), named: owned(currentUserId()) }),',
  ])
    expect(text).toContain(line)
  const helper = files.find(({ file }) => file === 'src/current-user.js')!.text
  expect(helper).toContain(`const { currentUserId: userId } = require('usertwo')`)
  expect(helper).toContain('return userId() ?? owner')
  expect(rewritten).toBeGreaterThan(12)
  expect(left.map(({ at, why }) => `${at} ${why}`)).toEqual([
    'src/store.js:2 the SQL is not handed to query() or raw() here',
    'src/store.js:3 it is worked out once, as the file is loaded',
    expect.stringMatching(/^src\/store\.js:16 the SQL is built from text$/),
  ])
  expect(read('src/store.js')).toBe(APP['src/store.js'])
})

it('prints a diff that git applies, and that gives what --write writes', async () => {
  const { diff } = await fixOwnerIds(lay(APP))
  writeFileSync(join(folder, 'a.diff'), `${diff}\n`)
  execFileSync('git', ['apply', '--unsafe-paths', 'a.diff'], {
    cwd: folder,
    env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: dirname(folder) },
  })
  const applied = [read('src/store.js'), read('src/current-user.js')]
  rmSync(folder, { recursive: true })
  lay(APP)
  expect((await usertwo('owner-ids', '--write')).code).toBe(0)
  expect([read('src/store.js'), read('src/current-user.js')]).toEqual(applied)
}, 180_000)

it('runs the tests of the app before and after: what they see of the owner is the same', async () => {
  lay(APP)
  const { code, out } = await usertwo('owner-ids', '--write', '--tests', `"${process.execPath}" test.js`)
  expect([code, out]).toEqual([0, expect.stringMatching(/; written\ntests before: pass\ntests after: pass/)])
  const [before, after] = read('calls.json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])
  expect(before).toContain('select * from notes where id = $1 and user_id = 1 ["x"]')
  expect(after).toContain('select * from notes where id = $1 and user_id = $2 ["x",1]')
  const same = (calls?: string[]) =>
    calls?.filter((call) => /^(owner|of|insert|where|empty) [[{u]/.test(call))
  expect(same(after)).toEqual(same(before))
  // There is nothing more to do.
  expect((await usertwo('owner-ids')).out).toContain('nothing to rewrite')
}, 180_000)

it('takes everything back where the tests fail by it, and writes nothing where they failed before', async () => {
  lay(APP, false)
  const tests = ['--write', '--tests', `"${process.execPath}" test.js`]
  const without = await usertwo('owner-ids', ...tests)
  expect([without.code, without.out]).toEqual([
    1,
    expect.stringContaining('tests after: fail: everything is as it was'),
  ])
  expect(read('src/store.js')).toBe(APP['src/store.js'])
  expect(() => read('src/current-user.js')).toThrow('ENOENT')
  writeFileSync(join(folder, 'test.js'), 'process.exit(1)')
  expect(await usertwo('owner-ids', ...tests)).toEqual({
    code: 1,
    out: expect.stringContaining('tests before: fail'),
  })
  expect((await usertwo('owner-id')).out).toMatch(/did you mean fix owner-ids/)
}, 180_000)

it('keeps the way in which ES modules and TypeScript import', async () => {
  lay({
    ...APP,
    'package.json': '{ "name": "n", "type": "module", "dependencies": { "express": "^5", "pg": "^8" } }',
    'src/config.js': 'export const OWNER_ID = 1;\n',
    'src/store.js': '',
    'src/api/notes.ts': `import { OWNER_ID } from "../config.js";\nimport { db } from "../db.js";\n\nexport const list = () => db.query("select 1 from notes where user_id = 1");\nexport const own = () => OWNER_ID;\n`,
  })
  const { files } = await fixOwnerIds(folder)
  expect(files.map(({ file }) => file)).toEqual(['src/api/current-user.ts', 'src/api/notes.ts'])
  expect(files[1]!.text).toContain(
    `import { db } from "../db.js";\nimport { currentUserId } from "./current-user.js";\n`,
  )
  expect(files[1]!.text).toContain('() => currentUserId(OWNER_ID);')
  expect(files[0]!.text).toContain('export function currentUserId(owner: number | string = 1) {')
})
