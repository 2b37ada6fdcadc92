import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { readSources } from '../syntax/sources.js'
import { findOwnerIds } from './owner-ids.js'
import { ownerNames } from './owner-names.js'

const PILE = new URL('../../examples/comic-pile/', import.meta.url).pathname
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const config = (owner: number | string = 1) =>
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: owner },
    users: { table: 'users' },
    tables: { threads: { owner: 'reader' } },
  })

async function sitesOf(files: Record<string, string>, owner?: number | string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-inventory-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const { server } = await readSources(folder, config(owner))
  return findOwnerIds(server, ownerNames(config(owner)))
}

describe('comic-pile', () => {
  /** file:line of the n-th line of a file that contains a text */
  const place = (file: string, text: string, nth = 0) => {
    const lines = readFileSync(PILE + file, 'utf8').split('\n')
    const hits = lines.flatMap((line, at) => (line.includes(text) ? [at + 1] : []))
    return `${file}:${hits[nth]}`
  }
  const call = 'getOrCreateSession(1)'
  const SITES = {
    H1: place('server/routes/roll-html.js', call, 0),
    H2: place('server/routes/roll.js', call, 0),
    H3: place('server/routes/roll.js', call, 1),
    H4: place('server/routes/roll-html.js', call, 2),
    H5: place('server/routes/roll-html.js', call, 3),
    H6: place('server/routes/roll-html.js', call, 1),
    H7: place('server/routes/sessions.js', call),
    H8: place('server/domain/threads.js', 'user_id: 1'),
    H9: place('server/routes/imports.js', 'user_id: 1'),
    H10: place('server/routes/admin.js', 'user_id: 1'),
    H11: place('server/domain/users.js', "username: 'default_user'"),
  }

  it('names exactly the eleven places that contain the owner’s id', async () => {
    const { app, owner, users } = config()
    const { server, unread } = await readSources(PILE, parseConfig({ app, owner, users }))
    const found = findOwnerIds(server, ownerNames(config())).map(({ at }) => at)
    expect(unread).toEqual([])
    expect(found.toSorted()).toEqual(Object.values(SITES).toSorted())
  })
})

describe.each([
  ['a property', 'insert({ user_id: 1 })'],
  ['the owner column of the configuration', 'insert({ reader: 1 })'],
  ['a condition', "q.where('user_id', 1)"],
  ['a condition with an operator and a table', "q.andWhere('threads.user_id', '=', 1)"],
  ['a constant', 'const DEFAULT_USER_ID = 1'],
  ['a default', 'function f(userId = 1) { return userId }'],
  ['a fallback', 'use(req.userId ?? 1)'],
  ['an assignment', 'req.userId = 1'],
  ['a comparison', 'if (row.user_id === 1) go()'],
  ['an argument', 'const list = (ownerId) => ownerId\nlist(1)'],
  ['users by id', "db('users').where({ id: 1 }).first()"],
  ['users by a pair', "db('users').where('id', 1)"],
  ['a model by its key', 'User.findByPk(1)'],
  ['a model by a condition', 'User.findOne({ where: { id: 1 } })'],
  ['SQL', "pool.query('select * from threads where user_id = 1')"],
  ['SQL of users', 'pool.query(`update users set name = $1 where id = 1`)'],
  ['an SQL insert of a user', "pool.query('insert into users (id, name) values (1, $1)')"],
  ['an SQL insert', "pool.query('insert into threads (title, user_id) values (lower($1), 1)')"],
  ['an SQL insert of a query', 'sql`insert into threads ("user_id", title) select 1, title from old`'],
  ['an SQL condition', "q.where('t.user_id = 1')"],
  ['a condition among others', "q.where('t.n > 3 and t.user_id = 1')"],
  ['a parameter of SQL', "pool.query('select * from threads where n > $2 and user_id = $1', [1, n])"],
  ['a parameter of raw', "db.raw('select * from threads where n > ? and user_id = ?', [n, 1])"],
  ['a condition of Drizzle', 'eq(threads.user_id, 1)'],
  ['a default of Sequelize', 'define({ user_id: { type: INTEGER, defaultValue: 1 } })'],
  ['a default of Drizzle', "table({ userId: integer('user_id').notNull().$default(() => 1) })"],
])('%s', (_name, code) => {
  it('is found if it is the owner’s id', async () => {
    expect(await sitesOf({ 'server.js': code })).toHaveLength(1)
  })
  it('is not found if it is another number', async () => {
    expect(await sitesOf({ 'server.js': code.replaceAll(/\b1\b/g, '12') })).toEqual([])
  })
})

it('does not confuse the id with other columns of an insert or other parameters', async () => {
  const code = `pool.query('insert into threads (title, user_id) values (1, f($1, 1))', [1])
    pool.query('select * from threads where user_id = $2 and n = $1', [1, me])
    say('the count of user_id = 1 or more')`
  expect(await sitesOf({ 'server.js': code })).toEqual([])
})

it('follows an argument into the file that declares the function', async () => {
  const files = {
    'server.js': "const { start: begin } = require('./session')\nbegin('now', 1)",
    'session.js': 'exports.start = (when, userId) => [when, userId]',
  }
  expect(await sitesOf(files)).toEqual([{ at: 'server.js:2', what: 'start(1): userId is 1' }])
})

it.each([
  "insert into threads (title, reader) values ('Read me, first', 1)",
  "insert into threads (title, reader) values (E'it\\'s (new), ', '1')",
  'select * from threads /* /* */ of all */ where reader = 1',
])('is seen next to a text or a comment: %s', async (sql) => {
  const [site] = await sitesOf({ 'a.js': `db.query(${JSON.stringify(sql)})` })
  expect(site?.what).toMatch(/^SQL: (?:inserts )?reader/)
})

it.each([
  "select 'reader = 1' as help from threads",
  'select * from threads -- reader = 1',
  'select * from threads /* /* */ where reader = 1 */',
])('is not read in a text or a comment: %s', async (sql) => {
  expect(await sitesOf({ 'a.js': `db.query(${JSON.stringify(sql)})` })).toEqual([])
})

it('finds an owner with a uuid, also in TypeScript', async () => {
  const id = '6f1c0d0e-0000-4000-8000-000000000001'
  const files = { 'server.js': "import './own.js'", 'own.ts': `export const userId: string = '${id}'` }
  expect(await sitesOf(files, id)).toEqual([{ at: 'own.ts:1', what: `userId is ${id}` }])
})

it('names the file that it could not parse', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-inventory-'))
  folders.push(folder)
  writeFileSync(join(folder, 'server.js'), 'const = 1 }}}')
  const { unread } = await readSources(folder, config())
  expect(unread).toMatchObject([{ file: 'server.js' }])
})
