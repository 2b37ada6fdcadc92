import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { check } from './check.js'
import { type KindId, kindIds } from './kinds.js'

type Files = Record<string, string>

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-check-'))
  folders.push(folder)
  const all = { 'package.json': '{ "dependencies": { "express": "^4.21.0" } }', ...files }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Where a kind is found. */
async function placesOf(kind: KindId, files: string | Files): Promise<string[]> {
  const { findings } = await check(folderOf(typeof files === 'string' ? { 'server.js': files } : files))
  return findings.filter((one) => one.kind === kind).map(({ at }) => at)
}

const SCHEMA =
  'create table users (id serial primary key, email text); create table notes (id serial primary key, user_id int references users, title text); create table tags (id int, name text);'
const WRITES = "pool.query('insert into notes (title) values ($1)', [title])"
const inRoute = (code: string) => `app.get('/notes', async (req, res) => {\n${code}\n})`

/** A source that must be found, and one like it that must not. */
const SOURCES: Record<KindId, [name: string, found: string | Files, similar: string | Files][]> = {
  'sql-interpolation': [
    [
      'a value in a template, not a bound one',
      inRoute('pool.query(`select * from notes where title = ${req.query.title}`)'),
      inRoute('pool.query(`select * from notes where title = $${1}`, [req.query.title])'),
    ],
    [
      'a value added, not a constant',
      "const list = (id) => pool.query('select * from notes where id = ' + id)",
      "const T = 'notes'\nconst list = (id) => pool.query('select * from ' + T + ' where id = $1', [id])",
    ],
    [
      'an order a client gives, not one of a list',
      inRoute("knex('notes').orderByRaw(`${req.query.sort} desc`)"),
      inRoute(
        "const COLUMNS = { new: 'created_at' }\nknex('notes').orderByRaw(`${COLUMNS[req.query.sort]} desc`)",
      ),
    ],
    [
      'columns named by the body, not by a list',
      inRoute(
        "const set = Object.keys(req.body).map((key, i) => `${key} = $${i + 2}`).join(', ')\npool.query(`update notes set ${set} where id = $1`)",
      ),
      inRoute(
        "const set = ['title', 'text'].map((key, i) => `${key} = $${i + 2}`).join(', ')\npool.query(`update notes set ${set} where id = $1`)",
      ),
    ],
    [
      'a clause added to, not one with numbers',
      inRoute(
        "let where = 'where true'\nif (req.query.q) where += ` and title = '${req.query.q}'`\npool.query(`select * from notes ${where}`)",
      ),
      inRoute(
        "let where = 'where true'\nconst values = []\nif (req.query.q) { values.push(req.query.q); where += ` and title = $${values.length}` }\npool.query(`select * from notes ${where}`, values)",
      ),
    ],
    [
      'an unsafe call of Prisma, not its tag',
      inRoute('prisma.$queryRawUnsafe(`select * from notes where id = ${req.params.id}`)'),
      inRoute('prisma.$queryRaw`select * from notes where id = ${req.params.id}`'),
    ],
    [
      'SQL, not a sentence',
      inRoute('pool.query(`delete from notes where id = ${req.params.id}`)'),
      inRoute(
        'console.log(`select a note from ${req.params.id}`)\nconst say = `update ${req.params.id} set`',
      ),
    ],
  ],
  'secret-in-source': [
    [
      'a default of a variable, not the variable',
      "sign(data, process.env.JWT_SECRET || 'hunter22')",
      'sign(data, process.env.JWT_SECRET)',
    ],
    [
      'a literal, not the name of a field',
      "const options = { secret: 'keyboard-cat-9' }",
      "const options = { password: 'password', passwordField: 'pass_word', token: 'x-access-token' }",
    ],
    [
      'a key of a signature, not one that was read',
      "jwt.sign(data, 'abc')",
      'jwt.sign(data, process.env.KEY)',
    ],
    [
      'a connection string with a password, not one without',
      "connect('postgres://ann:hunter2@db.example.com/notes')",
      "connect('postgres://localhost/notes')",
    ],
    [
      'a password of a connection, not a message',
      "new Pool({ host: 'db', user: 'app', password: 'app' })",
      "const messages = { password: 'Too short a password' }",
    ],
    [
      'a file that git keeps, not one it ignores',
      { '.env': 'JWT_SECRET=s3cret99\n' },
      {
        '.env': 'JWT_SECRET=s3cret99\n',
        '.gitignore': 'node_modules\n.env\n',
        '.env.example': 'JWT_SECRET=s3cret99',
      },
    ],
  ],
  'child-process': [
    [
      'a process, not a pattern',
      "const { exec } = require('child_process')\nexec('pg_dump notes')",
      "const { exec } = require('./pattern')\nexec('pg_dump notes')\n/a/.exec('b')",
    ],
    [
      'a worker, not a class of that name',
      "import { Worker } from 'node:worker_threads'\nnew Worker('./report.js')",
      'class Worker {}\nnew Worker()',
    ],
  ],
  'second-pg': [
    [
      'two copies, not one',
      {
        'package-lock.json':
          '{\n"packages": {\n"node_modules/pg": {\n"version": "8.11.0"\n},\n"node_modules/x/node_modules/pg": {\n"version": "7.0.0"\n}\n}\n}',
      },
      {
        'package-lock.json':
          '{\n"packages": {\n"node_modules/pg": {\n"version": "8.11.0"\n},\n"node_modules/x/node_modules/pg-types": {\n"version": "7.0.0"\n}\n}\n}',
      },
    ],
    [
      'two versions in yarn.lock, not two ranges of one',
      { 'yarn.lock': 'pg@^8.0.0:\n  version "8.11.0"\n\npg@^7.0.0:\n  version "7.18.2"\n' },
      { 'yarn.lock': 'pg@^8.0.0, pg@^8.3.0:\n  version "8.11.0"\n\npg-types@^2.0.0:\n  version "2.2.0"\n' },
    ],
  ],
  'module-cache': [
    [
      'a map that a handler fills, not a list that is only read',
      `const cache = new Map()\n${inRoute('cache.set(req.query.q, rows)')}`,
      `const kinds = new Map([['a', 1]])\n${inRoute('res.json(kinds.get(req.query.q))')}`,
    ],
    [
      'what was read last, not a handle',
      `let last\n${inRoute('last = await pool.query(sql)')}`,
      `let server\nfunction start() { server = app.listen(3000) }\nlet ready = null\nfunction up() { ready = true }`,
    ],
    [
      'a variable of the module, not one of the function',
      `const seen = []\n${inRoute('seen.push(req.body)')}`,
      inRoute('const seen = []\nseen.push(req.body)'),
    ],
  ],
  'owner-id': [
    [
      'the id of the owner, not of somebody who asks',
      { 'server.js': inRoute("db('notes').where({ user_id: 1 })"), 'schema.sql': SCHEMA },
      { 'server.js': inRoute("db('notes').where({ user_id: req.user.id })"), 'schema.sql': SCHEMA },
    ],
    [
      'the first of the users, not one of a name',
      { 'server.js': "const me = () => db('users').first()", 'schema.sql': SCHEMA },
      { 'server.js': "const me = (email) => db('users').where({ email }).first()", 'schema.sql': SCHEMA },
    ],
    [
      'an owner, not the author of a book',
      { 'server.js': 'save({ author_id: 1 })', 'schema.sql': SCHEMA },
      { 'server.js': 'save({ author_id: 1 })', 'schema.sql': `${SCHEMA} create table authors (id int);` },
    ],
  ],
  'everybodys-rows': [
    [
      'rows of everybody, not those of who asks',
      { 'server.js': `${inRoute("pool.query('select * from notes')")}\n${WRITES}`, 'schema.sql': SCHEMA },
      {
        'server.js': `${inRoute("pool.query('select * from notes where user_id = $1', [req.user.id])")}\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a query in parts that names no owner, not one that does in its second part',
      { 'server.js': `pool.query('select * from notes ' + 'order by id')\n${WRITES}`, 'schema.sql': SCHEMA },
      {
        'server.js': `pool.query('select * from notes ' + 'where user_id = $1')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a model without an owner, not with one',
      {
        'model.js': "const Note = sequelize.define('note', { title: { type: STRING } })",
        'server.js': inRoute('Note.findAll()\nNote.create(x)'),
      },
      {
        'model.js': "const Note = sequelize.define('note', { title: { type: STRING } })",
        'server.js': inRoute('Note.findAll({ where: { userId: req.user.id } })\nNote.create(x)'),
      },
    ],
    [
      'a model of Prisma, not a list of that name',
      {
        'schema.prisma': 'model Note {\n  id Int @id\n  title String\n}\n',
        'server.js': inRoute('prisma.note.findMany()\nprisma.note.create(x)'),
      },
      {
        'schema.prisma': 'model Note {\n  id Int @id\n  title String\n}\n',
        'server.js': inRoute('prisma.tag.findMany()\nprisma.note.create(x)'),
      },
    ],
  ],
  'read-only-table': [
    [
      'a table no code writes, not one that is written',
      { 'server.js': "pool.query('select * from tags')", 'schema.sql': SCHEMA },
      {
        'server.js': "pool.query('select * from tags')\npool.query('update tags set name = $1', [n])",
        'schema.sql': SCHEMA,
      },
    ],
  ],
  'owner-from-request': [
    [
      'an owner of the body, not of the login',
      inRoute("db('notes').insert({ user_id: req.body.user_id })"),
      inRoute("db('notes').insert({ user_id: req.user.id, title: req.body.title })"),
    ],
    [
      'an owner of the path in SQL, not another value',
      inRoute("pool.query('select * from notes where user_id = $1', [req.params.id])"),
      inRoute("pool.query('select * from notes where id = $1', [req.params.id])"),
    ],
    [
      'one taken out of the body before, not out of the session',
      inRoute('const { userId } = req.body\nNote.create({ userId })'),
      inRoute('const { userId } = req.session\nNote.create({ userId })'),
    ],
  ],
  'whole-body': [
    [
      'the body, not fields of it',
      inRoute("db('notes').insert(req.body)"),
      inRoute("db('notes').insert({ title: req.body.title })"),
    ],
    [
      'a spread of it, not an answer with it',
      inRoute('Note.create({ ...req.body, done: false })'),
      inRoute('res.json({ ...req.body })\ncache.set(req.body)'),
    ],
  ],
  'client-key': [
    [
      'a key of the body, not another column',
      inRoute("db('notes').insert({ id: req.body.id })"),
      inRoute("db('notes').insert({ title: req.body.id })"),
    ],
    [
      'a key bound in an insert, not in a condition',
      inRoute("pool.query('insert into notes (id, title) values ($1, $2)', [req.body.id, t])"),
      inRoute("pool.query('insert into notes (title) values ($1)', [req.body.id])"),
    ],
  ],
  'shared-lock': [
    ['a lock for all, not a query', "db.raw('select pg_advisory_lock(42)')", "db.raw('select pg_sleep(42)')"],
  ],
  timer: [
    [
      'a cron job, not a method of that name',
      "const cron = require('node-cron')\ncron.schedule('0 6 * * *', digest)",
      "const cron = require('./plan')\ncron.schedule('0 6 * * *', digest)",
    ],
    [
      'a timer, not a heartbeat',
      "setInterval(() => pool.query('delete from notes'), 1000)",
      inRoute("setInterval(() => res.write(':'), 1000)"),
    ],
  ],
  'debug-route': [
    [
      'a route for operators, not a word like it',
      "app.get('/debug/env', (req, res) => res.json(process.env))",
      "app.get('/debugging-tips', (req, res) => res.json([]))",
    ],
  ],
  'wildcard-cors': [
    [
      'every origin, not a list',
      "const cors = require('cors')\napp.use(cors())",
      "const cors = require('cors')\napp.use(cors({ origin: ['https://a.example'] }))",
    ],
    [
      'a star through a name, not an address',
      "import cors from 'cors'\nconst options = { origin: '*' }\napp.use(cors(options))",
      "import cors from 'cors'\nconst options = { origin: process.env.ORIGIN }\napp.use(cors(options))",
    ],
    [
      'a header by hand, not another one',
      inRoute("res.setHeader('Access-Control-Allow-Origin', '*')"),
      inRoute("res.setHeader('Access-Control-Allow-Headers', '*')"),
    ],
  ],
  'error-text': [
    [
      'the message of an error, not a text',
      inRoute('try { go() } catch (err) { res.status(500).json({ error: err.message }) }'),
      inRoute("try { go() } catch (err) { res.status(500).json({ error: 'failed' }) }"),
    ],
    [
      'an error in a handler, not a word of that name',
      'app.use((error, req, res, next) => res.send(error.stack))',
      inRoute('const error = { message: 1 }\nres.json({ error: error.message })'),
    ],
  ],
  logged: [
    [
      'a body, not the length of one',
      inRoute('console.log(req.body)'),
      inRoute('console.log(req.body.length, req.method)'),
    ],
    [
      'a token, not the name of one',
      'logger.info(`signed in ${user.token}`)',
      "logger.info('no token given', tokenCount)",
    ],
    [
      'every query with its values, not none',
      "new Sequelize({ dialect: 'postgres', logging: console.log })",
      "new Sequelize({ dialect: 'postgres', logging: false })",
    ],
  ],
  'limit-by-address': [
    [
      'a limit by address, not by a key',
      "import { rateLimit } from 'express-rate-limit'\nrateLimit({ limit: 5 })",
      "import { rateLimit } from 'express-rate-limit'\nrateLimit({ limit: 5, keyGenerator: (req) => req.user.id })",
    ],
  ],
  'ddl-at-start': [
    [
      'a table made by the server, not by a migration',
      "pool.query('create table if not exists notes (id int)')",
      { 'migrations/1.js': "exports.up = (knex) => knex.raw('create table notes (id int)')" },
    ],
  ],
  'inline-call': [
    [
      'a call in a page, not one in the server',
      "const page = `<script>fetch('/api/notes')</script>`",
      "fetch('https://example.com/notes')",
    ],
  ],
}

describe.each(kindIds)('%s', (kind) => {
  it.each(SOURCES[kind])('is %s', async (_name, found, similar) => {
    expect(await placesOf(kind, found)).not.toEqual([])
    expect(await placesOf(kind, similar)).toEqual([])
  })
})
