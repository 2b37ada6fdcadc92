import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { factLines, routeReach } from './output/report.js'
import { type Scanned, scan } from './scan.js'

const HEAD =
  "const express = require('express')\nconst { Pool } = require('pg')\nconst app = express()\nconst pool = new Pool()\n"
const SCHEMA =
  'create table users (id serial primary key, email text);\ncreate table notes (id serial primary key, user_id int references users, title text, done boolean);\n'

/** A scan of a server with these lines behind `HEAD`, so that the first of them is line 5. */
async function scanned(code: string, more: Record<string, string> = {}): Promise<Scanned> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-words-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const files = {
    'package.json': '{ "dependencies": { "express": "5", "pg": "8" } }',
    'server.js': `${HEAD}${code}\napp.listen(3000)\n`,
    ...more,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return scan(folder)
}
const placesOf = ({ findings }: Scanned, kind: string) =>
  findings.filter((one) => one.kind === kind).map(({ at, what }) => `${at} ${what}`)
const namesOf = ({ tables }: Scanned) => tables.map(({ name }) => name)
const route = (code: string) => `app.get('/notes', async (req, res) => res.json(${code}))`

it.each([
  ['order by', 'select id from notes order by created_at, title'],
  ['returning', 'delete from notes where id = 1 returning id, title'],
  ['group by', 'select count(*) from notes group by done, title'],
  ['a condition', 'select id from notes where (id, title) in (select 1, title)'],
])('takes no column behind %s for a table', async (_, sql) => {
  expect(namesOf(await scanned(route(`await pool.query(\`${sql}\`)`)))).toEqual(['notes'])
})

it.each([
  'select * from notes, tags order by title, name',
  'select * from notes n, tags as t where n.id = t.id',
  'select * from notes join users on true, tags',
])('still knows the tables of a list: %s', async (sql) => {
  expect(namesOf(await scanned(route(`await pool.query(\`${sql}\`)`)))).toContain('tags')
})

it.each([
  ['in two queries', 'select * from USERS', ''],
  ['in a query and the schema', 'select * from Users', SCHEMA],
])('takes names that differ in capitals alone for one table, %s', async (_, sql, schema) => {
  const found = await scanned(
    `${route(`await pool.query('${sql}')`)}\napp.get('/u', async (req, res) => res.json(await pool.query('select * from users')))`,
    { 'schema.sql': schema },
  )
  expect(namesOf(found).filter((name) => /users/i.test(name))).toEqual(['users'])
})

it('keeps a quoted name with capitals apart', async () => {
  expect(namesOf(await scanned(route(`await pool.query('select * from "Notes"')`)))).toEqual(['Notes'])
})

it.each([
  ['a list of the file', 'const notes = [{ id: 1 }]', 'notes.find((one) => one.id === 1)'],
  ['a list of a function', 'const load = () => [{ id: 1 }]', 'load().find((one) => one.id === 1)'],
  ['a list of the body', '', 'req.body.notes.find((one) => one.id === 1)'],
  [
    'a list that is filtered',
    'const load = () => [{ id: 1 }]',
    'load().filter(Boolean).find((one) => one.id)',
  ],
  ['a list of a parameter', 'const one = (notes, id) => notes.find((note) => note.id === id)', 'one([], 1)'],
])('takes find() of %s for no query', async (_, made, called) => {
  const found = await scanned(`${made}\n${route(called)}`, {
    'prisma/schema.prisma': 'model Note {\n  id Int @id\n  title String\n}\n',
  })
  expect(placesOf(found, 'everybodys-rows')).toEqual([])
})

it('takes find() by a function for no query where no route was followed', async () => {
  const found = await scanned(
    'exports.one = (notes, id) => notes.find((note) => note.id === id)\nexports.all = () => prisma.note.findMany({})',
    { 'prisma/schema.prisma': 'model Note {\n  id Int @id\n  title String\n}\n' },
  )
  expect(placesOf(found, 'read-only-table')).toEqual(['server.js:6 Note: findMany'])
})

it.each([
  [
    'an object of paths',
    "const list = { get: '/notes', post: '/tags' }\nfor (const [verb, path] of Object.entries(list)) app[verb](path, (req, res) => pool.query('select * from notes'))",
  ],
  [
    'a list of rows',
    "for (const { verb, path } of [{ verb: 'get', path: '/notes' }, { verb: 'post', path: '/tags' }]) app[verb](path, (req, res) => pool.query('select * from notes'))",
  ],
  [
    'the keys of an object',
    "const list = { get: '/notes', post: '/tags' }\nObject.keys(list).forEach((verb) => app[verb](list[verb], (req, res) => pool.query('select * from notes')))",
  ],
])('knows routes registered by a loop over %s', async (_, code) => {
  const { routes } = await scanned(code)
  expect(routes.map(({ method, path, open }) => `${method} ${path} ${open.length}`).sort()).toEqual([
    'GET /notes 0',
    'POST /tags 0',
  ])
})

it('counts an owner id of one line once', async () => {
  const found = await scanned(
    "const mine = (userId = 1) => pool.query('select * from notes where user_id = 1 and id = $1', [userId])\nconst me = () => pool.query('select * from users where id = 1 limit 1')",
    { 'schema.sql': SCHEMA },
  )
  expect(placesOf(found, 'owner-id')).toHaveLength(2)
})

it.each([
  ['by its length', "pool.query('select id from users limit 1').then(({ rows }) => rows.length > 0)"],
  ['by a constant', "pool.query('select 1 from users limit 1')"],
  [
    'by a variable',
    "(async () => {\nconst found = await pool.query('select id from users limit 1')\nif (found.rowCount === 0) await setUp()\n})()",
  ],
])('takes the question whether there is any user for no caller, %s', async (_, code) => {
  const found = await scanned(`const any = () => ${code}`, { 'schema.sql': SCHEMA })
  expect(placesOf(found, 'owner-id')).toEqual([])
})

it('still takes the first user for the caller where the row is used', async () => {
  const found = await scanned(
    "const me = async () => {\nconst { rows } = await pool.query('select id from users limit 1')\nif (rows.length === 0) throw new Error('none')\nreturn rows[0].id\n}",
    { 'schema.sql': SCHEMA },
  )
  expect(placesOf(found, 'owner-id')).toHaveLength(1)
})

it.each([
  ['calls of one file', "count('notes')\nconst two = () => count('tags')", 0],
  ['a call with a value of the request', "app.get('/c', (req, res) => count(req.query.table))", 1],
  ['a function that is handed on', "count('notes')\n;['a'].map(count)", 1],
  ['no call at all', '', 1],
])('judges a helper that makes SQL by %s', async (_, calls, places) => {
  const found = await scanned(
    `function count(table) {\nreturn pool.query(\`select count(*) from \${table}\`)\n}\n${calls}`,
  )
  expect(placesOf(found, 'sql-interpolation')).toHaveLength(places)
})

it('judges a helper of another file by all of its calls', async () => {
  const helper = {
    'db.js': "exports.all = (pool, table) => pool.query('select * from ' + table)\n",
  }
  const calls = "const db = require('./db')\nconst notes = () => db.all(pool, 'notes')"
  expect(placesOf(await scanned(calls, helper), 'sql-interpolation')).toEqual([])
  const open = `${calls}\napp.get('/t', (req, res) => db.all(pool, req.query.table))`
  expect(placesOf(await scanned(open, helper), 'sql-interpolation')).toHaveLength(1)
})

it.each([
  "const files = require('fs').readdirSync('migrations')",
  "const fs = require('fs')\nlet files = []\nfiles = fs.readdirSync('migrations').filter((name) => name.endsWith('.sql'))",
  "const fs = require('fs')\nlet files = null\nfunction load() { files = fs.readdirSync('pages') }\nload()",
  "const fs = require('fs')\nconst files = []\nfunction load() { for (const name of fs.readdirSync('pages')) files.push(name) }\nload()",
  "const fs = require('fs')\nconst files = []\nfor (const name of fs.readdirSync('pages')) files.push(name)",
  "const fs = require('fs')\nconst files = []\nfs.readdirSync('models').filter((name) => name.endsWith('.js')).forEach((name) => { files.push(require('./models/' + name)) })",
])('takes a list of files that is read at load for no rows in memory: %s', async (code) => {
  const found = await scanned(`${code}\n${route('files')}`)
  expect(placesOf(found, 'module-cache')).toEqual([])
})

it('keeps a list that a request fills, where it was filled at load too', async () => {
  const found = await scanned(
    "let names = []\nfunction load() { names = require('fs').readdirSync('pages') }\nload()\napp.post('/n', (req, res) => { names.push(req.body.name); res.end() })",
  )
  expect(placesOf(found, 'module-cache')).toHaveLength(1)
})

it('keeps a list that a handler fills, inside of a function that runs at load', async () => {
  const found = await scanned(
    "const names = []\nfunction start() { app.post('/n', (req, res) => { names.push(req.body.name); res.end() }) }\nstart()",
  )
  expect(placesOf(found, 'module-cache')).toHaveLength(1)
})

it('keeps a list that a handler fills from a list', async () => {
  const found = await scanned(
    "const names = []\napp.post('/n', (req, res) => { req.body.names.forEach((name) => { names.push(name) }); res.end() })",
  )
  expect(placesOf(found, 'module-cache')).toHaveLength(1)
})

it('names no start by a file that is not there', async () => {
  const main = '{ "main": "index.js", "dependencies": { "express": "5", "pg": "8" } }'
  const { facts } = await scanned('', { 'package.json': main })
  expect(facts.start).toMatchObject({ command: null, listens: ['server.js:6'] })
  const there = await scanned('', { 'package.json': main.replace('index.js', './server') })
  expect(there.facts.start.command).toBe('./server')
})

it('takes a validator called query for no query', async () => {
  const found = await scanned(
    "const { query } = require('express-validator')\napp.get('/search', query('notes').optional().isString(), (req, res) => res.end())",
    { 'schema.sql': SCHEMA },
  )
  expect(placesOf(found, 'everybodys-rows')).toEqual([])
  expect(placesOf(found, 'read-only-table')).toEqual([])
})

it('names the routes behind a place as it counts them', async () => {
  const found = await scanned(
    "const PREFIX = '/api'\nconst router = express.Router()\nrouter.get('/notes', async (req, res) => { const { rows } = await pool.query('select * from notes'); unheardOf(rows); res.json(rows) })\napp.use(PREFIX + '/v1', router)",
    { 'schema.sql': SCHEMA },
  )
  const names = found.routes.map(({ method, path }) => `${method} ${path}`)
  expect(found.findings.flatMap(({ routes = [] }) => routes).filter((one) => !names.includes(one))).toEqual(
    [],
  )
  expect(routeReach(found).routes).toEqual(names)
})

it('never says that more routes lead to rows of others than there are', async () => {
  const found = await scanned(
    "app.route('/notes').get(list).post(list)\napp.get(['/a', '/b'], list)\nfor (const path of ['/c', '/d']) app.get(path, list)\nfunction list(req, res) { pool.query('select * from notes').then(({ rows }) => res.json(rows)) }",
    { 'schema.sql': SCHEMA },
  )
  expect(routeReach(found).routes.length).toBeLessThanOrEqual(found.routes.length)
})

it.each([
  [
    'a flag',
    "let hasDone = null\nasync function look() {\nif (hasDone !== null) return hasDone\nconst { rowCount } = await pool.query('select 1 from information_schema.columns where column_name = $1', ['done'])\nhasDone = rowCount > 0\nreturn hasDone\n}",
  ],
  [
    'what a function asks the catalog',
    "const exists = async (column) => (await pool.query('select 1 from information_schema.columns where column_name = $1', [column])).rowCount > 0\nlet hasDone = null\nasync function look() {\nhasDone = await exists('done')\nreturn hasDone\n}",
  ],
  [
    'columns of the catalog',
    "let state = null\nasync function look() {\nconst { rows } = await pool.query('select column_name, data_type from information_schema.columns')\nconst found = {}\nfor (const row of rows) found[row.column_name] = row.data_type\nstate = found\nreturn state\n}",
  ],
  [
    'rights',
    "let rights = null\nasync function look() {\nconst { rows: [row] } = await pool.query(\"select has_table_privilege('notes', 'SELECT') as may_read\")\nrights = { read: !!row.may_read, write: false }\nreturn rights\n}\napp.get('/r', async (req, res) => { const now = await look(); rights = { read: now.read, write: false }; res.end() })",
  ],
  [
    'a socket of a user',
    "const io = new (require('socket.io').Server)(app)\nlet byUser = {}\nio.on('connection', (socket) => { socket.on('hello', (name) => { byUser[name] = socket }) })",
  ],
])('takes %s for no rows in memory', async (_, code) => {
  expect(placesOf(await scanned(`${code}\n${route('await look()')}`), 'module-cache')).toEqual([])
})

it.each([
  [
    'rows of a table',
    "let state = null\nasync function look() {\nconst { rows } = await pool.query('select * from notes')\nstate = rows\n}",
  ],
  [
    'rows, next to a question to the catalog',
    "let state = null\nasync function look() {\nawait pool.query('select 1 from information_schema.columns')\nconst { rows } = await pool.query('select * from notes')\nstate = rows\n}",
  ],
  [
    'what a request says',
    "let state = null\napp.post('/s', (req, res) => { state = { title: req.body.title, done: true }; res.end() })",
  ],
])('keeps %s in memory', async (_, code) => {
  expect(placesOf(await scanned(code), 'module-cache')).toHaveLength(1)
})

it.each([
  [
    'fixed texts alone',
    "function good(state) {\nif (state.graded) return \"grade = 'good'\"\nreturn 'rating >= 2'\n}",
    0,
  ],
  ['a fixed text', "const good = (state) => (state.graded ? \"grade = 'good'\" : 'rating >= 2')", 0],
  ['what it is given', 'function good(state) {\nreturn state.condition\n}', 1],
])('judges a function whose result is put into SQL by what it returns: %s', async (_, made, places) => {
  const found = await scanned(
    `${made}\napp.get('/n', async (req, res) => {\nconst condition = good(req.query)\nres.json(await pool.query(\`select count(*) from notes where \${condition}\`))\n})`,
  )
  expect(placesOf(found, 'sql-interpolation')).toHaveLength(places)
})

it('takes rows of a user whom the path names for taken from the request, not for written out', async () => {
  const found = await scanned(
    "app.get('/of/:name', async (req, res) => {\nconst { rows: [user] } = await pool.query('select * from users where email = $1', [req.params.name])\nres.json((await pool.query('select * from notes where user_id = $1', [user.id])).rows)\n})",
    { 'schema.sql': SCHEMA },
  )
  expect(placesOf(found, 'owner-id')).toEqual([])
  expect(placesOf(found, 'owner-from-request')).toEqual([
    'server.js:7 SQL: notes where user_id is of the row that params.name names',
  ])
})

it('names an owner of the request once, where the statement begins below its call', async () => {
  const found = await scanned(
    "app.get('/of/:id', async (req, res) => {\nconst { rows } = await pool.query(\n`select * from notes\nwhere user_id = $1`,\n[req.params.id])\nres.json(rows)\n})",
    { 'schema.sql': SCHEMA },
  )
  expect(placesOf(found, 'owner-from-request')).toHaveLength(1)
})

it.each([
  ['made in place', "createHash('sha1').update(req.body)", 0],
  ['of a module', "crypto.createHmac('sha256', KEY).update('v1').update(req.body)", 0],
  ['in a variable', "hash.update('v1').update(req.body)", 0],
  ['a row', "db('notes').update(req.body)", 1],
])('takes no digest of a body for a row that it is written to: %s', async (_, code, places) => {
  const found = await scanned(
    `app.put('/notes/:id', async (req, res) => {\nconst hash = createHash('sha1')\nres.json(await ${code})\n})`,
  )
  expect(placesOf(found, 'whole-body')).toHaveLength(places)
})

it('takes no other user for the owner where the caller is given too', async () => {
  const found = await scanned(
    "const follow = (followerId, userId) => pool.query('insert into follows (follower_id, user_id) values ($1, $2)', [followerId, userId])\napp.post('/f/:id', async (req, res) => { const me = req.user.id; await follow(me, req.params.id); res.end() })",
    { 'schema.sql': `${SCHEMA}create table follows (follower_id int, user_id int references users);` },
  )
  expect(placesOf(found, 'owner-from-request')).toEqual([])
})

it('takes a table that is joined, and shared, for no leak', async () => {
  const found = await scanned(
    "app.get('/of/:id', async (req, res) => res.json((await pool.query('select * from notes n join kinds k on k.id = n.kind_id where n.user_id = $1', [req.params.id])).rows))",
    { 'schema.sql': `${SCHEMA}create table kinds (id serial primary key, name text);` },
  )
  expect(routeReach(found).tables).toEqual(['notes'])
})

it('takes no column that MySQL changes on a second key for a table', async () => {
  const found = await scanned(
    route(
      "await pool.query('insert into notes (id, title) values (?, ?) on duplicate key update title = ?')",
    ),
  )
  expect(namesOf(found)).toEqual(['notes'])
})

it('takes a name that is bound nowhere for no response', async () => {
  const job = (name: string) =>
    `const run = async (${name}) => { try { await look() } catch (error) { res.json({ error: error.message }) } }`
  expect(placesOf(await scanned(job('')), 'error-text')).toEqual([])
  expect(placesOf(await scanned(job('res')), 'error-text')).toHaveLength(1)
})

const loginOf = (found: Scanned) => factLines(found).filter(([label]) => /^(login|users)$/.test(label))
it.each([
  [
    'a key',
    "app.use((req, res, next) => (req.headers['x-key'] === process.env.KEY ? next() : res.status(403).end()))",
  ],
  [
    'a header',
    "app.use((req, res, next) => {\nif (!req.header('x-user')) return res.sendStatus(401)\nnext()\n})",
  ],
])('does not say that every client is the owner where the app refuses clients by %s', async (_, code) => {
  const found = await scanned(code)
  expect(loginOf(found)).toEqual([
    ['users', 'no table of users'],
    ['login', expect.stringMatching(/^by no package; the app refuses clients itself at server\.js:[56]$/)],
  ])
})

it('names no package for a login that no file loads', async () => {
  const found = await scanned('', {
    'package.json': '{ "dependencies": { "express": "5", "pg": "8", "jsonwebtoken": "9" } }',
  })
  expect(loginOf(found)).toEqual([
    ['users', 'no table of users: the app treats every client as the owner'],
    ['login', 'no package for one: the app treats every client as its owner'],
  ])
})

it.each([
  ["res.json('hello')", 0],
  ['res.json(process.env)', 1],
])('takes a route called test for an operator’s if it does something: %s', async (code, places) => {
  expect(placesOf(await scanned(`app.get('/test', (req, res) => ${code})`), 'debug-route')).toHaveLength(
    places,
  )
})

it('takes a table that a statement reads to write another one for no table that is written', async () => {
  const found = await scanned(
    "app.post('/n', async (req, res) => { await pool.query('insert into notes (title) select k.name from kinds k'); res.end() })\napp.get('/k', async (req, res) => res.json(await pool.query('select * from kinds')))",
    { 'schema.sql': `${SCHEMA}create table kinds (id serial primary key, name text);` },
  )
  expect(placesOf(found, 'everybodys-rows')).toEqual([])
})

it('understands no route that asks a model which is not known', async () => {
  const found = await scanned(
    "const { Sequelize } = require('sequelize')\nconst sequelize = new Sequelize('postgres://h/d')\nsequelize.models = Object.fromEntries(Object.entries(sequelize.models).map(([name, model]) => [name.toUpperCase(), model]))\nconst { NOTE } = sequelize.models\napp.get('/notes', async (req, res) => res.json(await NOTE.findAll()))",
  )
  expect(found.routes).toMatchObject([{ open: [{ why: 'calls findAll() of a model that is not known' }] }])
})

it('takes what migrations share for no change of the schema by the app', async () => {
  const found = await scanned('', {
    'db/migrations/1_notes.js':
      "const { withName } = require('../shared')\nexports.up = (knex) => withName(knex, 'notes')\n",
    'db/shared.js':
      'exports.withName = (knex, name) => knex.schema.createTable(name, (table) => { table.increments() })\n',
  })
  expect(placesOf(found, 'ddl-at-start')).toEqual([])
})

it.each([
  [
    "for (const token of (process.env.RIGHTS ?? '').split(',').map((one) => one.trim())) console.warn('unknown', token)",
    0,
  ],
  [
    "app.get('/t', (req, res) => { const token = req.headers.authorization.split(' ')[1]; console.warn('unknown', token); res.end() })",
    1,
  ],
])('takes a word of a text that is called a token for no secret: %s', async (code, places) => {
  expect(placesOf(await scanned(code), 'logged')).toHaveLength(places)
})

it('does not say that no table leaks where a route leads to rows and its table is not known', async () => {
  const found = await scanned(
    "const all = (userId = 1) => pool.query('select * from notes where user_id = ?', [userId])\napp.get('/notes', async (req, res) => res.json(await mine(all)))\napp.get('/n', async (req, res) => res.json(await all()))",
    { 'schema.sql': SCHEMA },
  )
  const line = factLines({ ...found, findings: found.findings.map(({ table: _, ...one }) => one) })
  expect(line.find(([label]) => label === 'tables')?.[1]).toMatch(/which of them would leak is not known/)
})

it('says that no table of users was recognized where the app has a login', async () => {
  const found = await scanned(
    "const jwt = require('jsonwebtoken')\napp.use((req, res, next) => { jwt.verify(req.headers.token, key); next() })",
  )
  expect(loginOf(found)[0]).toEqual(['users', 'no table of users was recognized'])
})

const COUNTS = `create table months (month date primary key, total int);
  create function count_month() returns trigger language plpgsql as $body$ begin
    update months set total = total + 1 where month = new.month; return null; end $body$;`

it.each([
  ['an SQL file', { 'schema.sql': COUNTS }],
  [
    'a migration',
    { 'migrations/001.js': `exports.up = async (knex) => {\n  await knex.raw(\`${COUNTS}\`)\n}\n` },
  ],
])('knows a table that a trigger function of %s changes for one that is written', async (_, files) => {
  const read = "await pool.query('select month, total from months')"
  const found = await scanned(route(read), files)
  expect(placesOf(found, 'read-only-table')).toEqual([])
  expect(placesOf(found, 'everybodys-rows')).toEqual([expect.stringMatching(/months for everybody/)])
  const none = { 'schema.sql': COUNTS.replace('update months', 'update weeks') }
  expect(placesOf(await scanned(route(read), none), 'read-only-table')).toHaveLength(1)
})

it.each([
  ['by name', "const { from } = require('pg-copy-streams')", "from('copy notes (title) from stdin')"],
  ['by its package', "const copies = require('pg-copy-streams')", "copies.from('copy notes from stdin')"],
  [
    'into a schema',
    "const { from } = require('pg-copy-streams')",
    'from(`COPY "public"."notes" FROM STDIN`)',
  ],
])('knows a table that COPY alone fills for one that the code writes, %s', async (_, loaded, copied) => {
  const found = await scanned(
    `${loaded}\n${route("await pool.query('select id, title from notes')")}\napp.post('/notes', async (req, res) => {\nconst client = await pool.connect()\nreq.pipe(client.query(${copied})).on('finish', () => res.end())\n})`,
    { 'schema.sql': 'create table notes (id serial primary key, title text);\n' },
  )
  expect(namesOf(found)).toEqual(['notes'])
  expect(placesOf(found, 'read-only-table')).toEqual([])
  expect(placesOf(found, 'everybodys-rows')).toEqual(['server.js:6 SQL: notes for everybody'])
})

it.each([
  ['a table', 'copy notes to stdout', 'server.js:6 SQL: notes for everybody'],
  ['a query', 'copy (select title from notes) to stdout', 'server.js:6 SQL: notes for everybody'],
])('says that COPY TO of %s reads the rows of every user', async (_, sql, finding) => {
  const found = await scanned(
    `const { to } = require('pg-copy-streams')\napp.get('/csv', async (req, res) => (await pool.connect()).query(to('${sql}')).pipe(res))\napp.post('/notes', async (req, res) => res.json(await pool.query('insert into notes (title) values ($1)', [req.body.title])))`,
    { 'schema.sql': 'create table notes (id serial primary key, title text);\n' },
  )
  expect(namesOf(found)).toEqual(['notes'])
  expect(placesOf(found, 'everybodys-rows')).toEqual([finding])
})

it.each([
  ['of a transaction', 'create temporary table incoming (title text) on commit drop'],
  ['of a session', 'create local temp table if not exists incoming (title text)'],
  ['like another', 'create temp table incoming (like notes including defaults)'],
])('counts no temporary table %s among those that would leak', async (_, made) => {
  const found = await scanned(
    `app.post('/notes', async (req, res) => {\nconst client = await pool.connect()\nawait client.query('${made}')\nawait client.query('insert into notes (title) select title from incoming')\nres.end()\n})\n${route("await pool.query('select title from notes')")}`,
    { 'schema.sql': 'create table notes (id serial primary key, title text);\n' },
  )
  expect(namesOf(found)).toEqual(['notes'])
  expect(placesOf(found, 'everybodys-rows')).toEqual(['server.js:11 SQL: notes for everybody'])
})

it('counts a table that is temporary in one place and lasts in another', async () => {
  const found = await scanned(route("await pool.query('select title from incoming')"), {
    'schema.sql': 'create temp table incoming (title text);\ncreate table incoming (title text);\n',
  })
  expect(namesOf(found)).toEqual(['incoming'])
})
