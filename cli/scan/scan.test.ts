import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type KindId, kindIds } from './kinds.js'
import { scan } from './scan.js'

type Files = Record<string, string>

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-scan-'))
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
  const { findings } = await scan(folderOf(typeof files === 'string' ? { 'server.js': files } : files))
  return findings.filter((one) => one.kind === kind).map(({ at }) => at)
}

const SCHEMA =
  'create table users (id serial primary key, email text); create table notes (id serial primary key, user_id int references users, title text); create table tags (id int, name text);'
const WRITES = "pool.query('insert into notes (title) values ($1)', [title])"
const KYSELY =
  "const { Kysely } = require('kysely')\nconst db = new Kysely({})\nconst app = require('express')()\n"
const UPLOADS =
  "const express = require('express')\nconst path = require('path')\nconst multer = require('multer')\nconst app = express()\napp.use(express.static('public'))\n"
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
    [
      'an order of the caller, not one that a list lets through',
      'const list = (sort) => pool.query(`select * from notes order by ${sort}`)',
      "const list = (sort) => {\nif (!['title', 'id'].includes(sort)) throw 1\npool.query(`select * from notes order by ${sort}`) }",
    ],
    [
      'a field that is given, not one that is written down',
      'class A { constructor(t) { this.t = t }\nall() { return pool.query(`select * from ${this.t}`) } }',
      "class A { constructor() { this.t = 'notes' }\nall() { return pool.query(`select * from ${this.t}`) } }",
    ],
    [
      'a schema of a request, not of another module',
      inRoute('const { schema } = req.query\npool.query(`select * from ${schema}.notes`)'),
      "import { schema } from './names.js'\nconst { other } = require('./names')\nconst all = () => pool.query(`select * from ${schema}.notes, ${other}.notes`)",
    ],
    [
      'keys of the body, not of a fixed list',
      inRoute(
        'const set = Object.entries(req.body).map(([key], n) => `${key} = $${n}`).join()\npool.query(`update notes set ${set}`)',
      ),
      inRoute(
        'const set = Object.entries({ title: 1 }).map(([key], n) => `${key} = $${n}`).join()\npool.query(`update notes set ${set}`)',
      ),
    ],
    [
      'a call of a procedure, not one with bound values',
      "const f = (id) => pool.query('call archive(' + id + ')')",
      "const f = (id) => pool.query('call archive($1)', [id])",
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
    [
      'keys of a session, not those of a list',
      "cookieSession({ name: 'session', keys: ['key1'] })",
      "cookieSession({ keys: [process.env.KEY] })\nlist({ keys: ['key1'] })",
    ],
    [
      'a token by its form in a page, not in a test',
      { 'public/map.js': `load('AIza${'x'.repeat(35)}')` },
      {
        'test/map.js': `load('AIza${'x'.repeat(35)}')`,
        'config/test.js': "connect('postgres://a:b12345@db/x')",
      },
    ],
    [
      'a password of a service, not one of an example',
      "createClient({ password: 'v3vFJ4458Mh' })",
      {
        'server.js': "sample({ password: 'Password123' })",
        'swagger/doc.js': "doc({ token: 'v3vFJ4458Mh' })",
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
  'unhooked-library': [
    [
      'postgres.js, not its types',
      "import postgres from 'postgres'\nexport const sql = postgres(process.env.DATABASE_URL)",
      { 'db.ts': "import type { Sql } from 'postgres'\nexport let sql: Sql" },
    ],
    [
      'Prisma by its own engine, not by an adapter',
      "import { PrismaClient } from '@prisma/client'\nexport const prisma = new PrismaClient({ log: ['query'] })",
      "import { PrismaClient } from '@prisma/client'\nexport const prisma = new PrismaClient({ adapter })",
    ],
    [
      'Drizzle over postgres.js, not over pg',
      "import { drizzle } from 'drizzle-orm/postgres-js'\nexport const db = drizzle(url)",
      "import { drizzle } from 'drizzle-orm/node-postgres'\nexport const db = drizzle(url)",
    ],
    [
      'Kysely over postgres.js, not over pg',
      "const { PostgresJSDialect } = require('kysely-postgres-js')",
      "const { PostgresDialect } = require('kysely')",
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
    [
      'two copies of one lock file, not two lock files of one',
      { 'yarn.lock': 'pg@^8.0.0:\n  version "8.11.0"\n\npg@^7.0.0:\n  version "7.18.2"\n' },
      {
        'yarn.lock': 'pg@^8.0.0:\n  version "8.11.0"\n',
        'package-lock.json': '{\n"node_modules/pg": {\n"version": "8.11.0"\n}\n}',
      },
    ],
  ],
  'module-cache': [
    [
      'a list that another module’s handler fills, not one that it reads',
      {
        'store.js': 'const notes = []\nmodule.exports = { notes }',
        'server.js': `const store = require('./store')\n${inRoute('store.notes.push(req.body)')}`,
      },
      {
        'store.js': 'const notes = []\nmodule.exports = { notes }',
        'server.js': `const store = require('./store')\n${inRoute('res.json(store.notes.slice())')}`,
      },
    ],
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
    [
      'an undeclared name, not one of the function',
      inRoute('rows = await pool.query(sql)'),
      inRoute('let rows\nrows = await pool.query(sql)'),
    ],
    [
      'a name that only another function declares, not one of the module',
      'const a = () => { const rows = 1 }\nconst b = async () => { rows = await list() }',
      'let rows\nconst a = () => { const rows = 1 }\nconst b = () => { try { x() } catch (error) { error = wrap(error) } }',
    ],
  ],
  'shared-batch': [
    [
      'one loader for the process, not one per request',
      "import DataLoader from 'dataloader'\nconst loader = new DataLoader(byIds)",
      `import DataLoader from 'dataloader'\n${inRoute('const loader = new DataLoader(byIds)')}`,
    ],
    [
      'a memoised function of lodash, not another of its functions',
      "const _ = require('lodash')\nconst read = _.memoize(byId)",
      "const _ = require('lodash')\nconst read = _.debounce(byId)",
    ],
    [
      'a queue of functions, not a pool of connections',
      "const PQueue = require('p-queue')\nconst queue = new PQueue({ concurrency: 1 })",
      "const { Pool } = require('pg')\nconst pool = new Pool()",
    ],
    [
      'a memoised function under another name, not what it gives',
      "import memo, { pMemoizeClear } from 'p-memoize'\nexport const read = memo(byId)",
      "import { pMemoizeClear } from 'p-memoize'\npMemoizeClear(read)",
    ],
  ],
  'served-upload': [
    [
      'a folder of multer below a served one, not one beside it',
      `${UPLOADS}const upload = multer({ dest: 'public/files/' })`,
      `${UPLOADS}const upload = multer({ dest: 'files/' })`,
    ],
    [
      'a folder in options that have a name, not one beside the served one',
      `${UPLOADS}const options = { dest: 'public/files/' }\nexports.upload = multer(options)`,
      `${UPLOADS}const options = { dest: 'files/' }\nexports.upload = multer(options)`,
    ],
    [
      'a folder that a function of diskStorage names, not a storage in memory',
      `${UPLOADS}const to = path.join(__dirname, 'public')\nconst storage = multer.diskStorage({ destination: (req, file, cb) => cb(null, to) })`,
      `${UPLOADS}const storage = multer.memoryStorage()`,
    ],
    [
      'a folder that a method of diskStorage names',
      `${UPLOADS}const storage = multer.diskStorage({ destination(req, file, cb) { cb(null, './public/files') } })`,
      `${UPLOADS}const storage = multer.diskStorage({ destination(req, file, cb) { cb(null, process.env.FILES) } })`,
    ],
    [
      'a file that express-fileupload moves there, not one that it moves elsewhere',
      `${UPLOADS}const files = require('express-fileupload')\nconst keep = (file, name) => file.mv('./public/' + name)`,
      `${UPLOADS}const files = require('express-fileupload')\nconst keep = (file, name) => file.mv(path.join(__dirname, 'files', name))`,
    ],
    [
      'formidable, by a template of a served folder',
      `${UPLOADS}const formidable = require('formidable')\nconst form = formidable({ uploadDir: path.join(process.cwd(), 'public', 'in') })`,
      `${UPLOADS}const formidable = require('formidable')\nconst form = formidable({ maxFiles: 1 })`,
    ],
  ],
  'swallowed-error': [
    [
      'a catch that only prints, not one that answers',
      inRoute('try { res.json(await list()) } catch (err) { console.error(err.message) }'),
      inRoute(
        'try { res.json(await list()) } catch (err) { console.error(err.message); res.status(500).end() }',
      ),
    ],
    [
      'a promise whose error is printed, not one that goes on to next',
      "app.get('/notes', (req, res) => {\nlist().then((rows) => res.json(rows)).catch((err) => console.log(err))\n})",
      "app.get('/notes', (req, res, next) => {\nlist().then((rows) => res.json(rows)).catch((err) => next(err))\n})",
    ],
  ],
  'owner-id': [
    [
      'the id of the owner, not of the caller',
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
      'a builder that reads, not one that adds a row',
      { 'server.js': `${inRoute("knex.select('*').from('notes')")}\n${WRITES}`, 'schema.sql': SCHEMA },
      {
        'server.js': `${inRoute("knex.insert(note).into('notes').returning('*')")}\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a builder of a table, not a validator of a field',
      { 'server.js': `${inRoute("db('notes')")}\n${WRITES}`, 'schema.sql': SCHEMA },
      { 'server.js': `${inRoute("body('notes').trim()")}\n${WRITES}`, 'schema.sql': SCHEMA },
    ],
    [
      'rows of every user, not those of the caller',
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
    [
      'rows whose owner is only shown, not asked for',
      {
        'server.js': `pool.query('select n.user_id from notes n where n.id = $1')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `pool.query('select n.title from notes n where n.id = $1 and n.user_id = $2')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'rows joined by their owner, not asked for by it',
      {
        'server.js': `pool.query('select n.title from notes n join users u on u.id = n.user_id')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `pool.query('select n.title from notes n join users u on u.id = n.user_id where n.user_id = $1')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a statement that is put together without an owner, not one with',
      {
        'server.js': `const all = 'select title from notes'\npool.query(all + ' where id = $1')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `const all = 'select title from notes'\npool.query(all + ' where user_id = $1')\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a row by its own key, not rows by that of another row',
      {
        'server.js': `const get = (id) => knex('notes').where({ note_id: id })\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `const of = (tag) => knex('notes').where({ tag_id: tag.id })\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'a repository of TypeORM, not one of users',
      {
        'note.ts': '@Entity()\nexport class NoteEntity { @Column() title: string }',
        'server.ts':
          'class A { one() { this.noteRepository.findOneBy({ id }); this.noteRepository.save(x) } }',
      },
      {
        'note.ts': '@Entity()\nexport class UserEntity { @Column() email: string }',
        'server.ts':
          'class A { one() { this.userRepository.findOneBy({ id }); this.userRepository.save(x) } }',
      },
    ],
    [
      'rows of a table that only queries name, not what is made by a function',
      inRoute("pool.query('select * from notes')\npool.query('insert into notes (title) values ($1)', [t])"),
      inRoute("pool.query('select * from generate_series(1, 3)')\nsay('select one of us from here')"),
    ],
    [
      'rows without their owner, not those asked for by what points to users',
      {
        'server.js':
          "pool.query('select * from stays where id = $1')\npool.query('delete from stays where id = $1')",
        'schema.sql':
          'create table users (id int, email text); create table stays (id int, guest_id int references users(id));',
      },
      {
        'server.js':
          "pool.query('select * from stays where guest_id = $1')\npool.query('delete from stays where guest_id = $1')",
        'schema.sql':
          'create table users (id int, email text); create table stays (id int, guest_id int references users(id));',
      },
    ],
    [
      'rows whose owner is compared only under a condition, not always',
      {
        'server.js': `const f = (me) => { let sql = 'select title from notes where true'\nif (me) sql += ' and user_id = $1'\npool.query(sql) }\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `const f = (me) => { let sql = 'select title from notes where true'\nsql += ' and user_id = $1'\npool.query(sql) }\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'rows by a list of conditions without an owner, not with one',
      {
        'server.js': `const all = ['title = $1']\npool.query(\`select title from notes where \${all.join(' and ')}\`)\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
      {
        'server.js': `const all = ['user_id = $1']\npool.query(\`select title from notes where \${all.join(' and ')}\`)\n${WRITES}`,
        'schema.sql': SCHEMA,
      },
    ],
    [
      'rows of readers who are called members, not those of the caller',
      {
        'server.js': `pool.query('select * from loans where id = $1')\npool.query('delete from loans where id = $1')`,
        'schema.sql':
          'create table members (id int, password_hash text); create table loans (id int, member_id int);',
      },
      {
        'server.js': `pool.query('select * from loans where member_id = $1')\npool.query('delete from loans where member_id = $1')`,
        'schema.sql':
          'create table members (id int, password_hash text); create table loans (id int, member_id int);',
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
    [
      'a table of Kysely, not a query that it names by with()',
      `${KYSELY}${inRoute("res.json(await db.selectFrom('tags').selectAll().execute())")}`,
      `${KYSELY}${inRoute(
        "await db.updateTable('tags').set({ name: 'x' }).execute()\nres.json(await db.with('recent', (q) => q.selectFrom('tags').selectAll()).selectFrom('recent').selectAll().execute())",
      )}`,
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
    [
      'an owner given to a function that calls it so, not another value',
      {
        'server.js': inRoute('create(req.body.title, req.body.user_id)'),
        'notes.js': 'exports.create = (title, user_id) => save(title, user_id)',
      },
      {
        'server.js': inRoute('create(req.body.user_name, req.user.id)'),
        'notes.js': 'exports.create = (title, user_id) => save(title, user_id)',
      },
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
  'server-statistics': [
    [
      'a number of rows that ANALYZE has noted, not one that is counted',
      inRoute('pool.query("select reltuples::bigint from pg_class where relname = \'notes\'")'),
      inRoute('pool.query("select count(*) as reltuples_of_notes from notes")'),
    ],
    [
      'the size of a table, not that of a row',
      inRoute("db.raw(`select pg_size_pretty(pg_total_relation_size('notes'))`)"),
      inRoute('db.raw(`select pg_column_size(n.*) from notes n`)'),
    ],
  ],
  'one-recipient': [
    [
      'a mail to an address of the environment, not to that of a user',
      inRoute("mailer.sendMail({ to: process.env.MY_EMAIL, subject: 'Due today', text })"),
      inRoute("mailer.sendMail({ to: user.email, subject: 'Due today', text })"),
    ],
    [
      'a mail to a constant, not what a socket sends',
      `const me = 'ann@example.com'\n${inRoute("transport.sendMail({ from: me, to: me, subject: 'Due', html })")}`,
      inRoute("socket.send({ to: 'all', text })"),
    ],
    [
      'a message to a chat of the environment, not to that of a user',
      inRoute('bot.sendMessage(process.env.CHAT_ID, text)'),
      inRoute('bot.sendMessage(user.chat, text)'),
    ],
    [
      'a post to a webhook, not to another service',
      inRoute('fetch(process.env.SLACK_WEBHOOK_URL, { method: "POST", body })'),
      inRoute('fetch(process.env.WEATHER_URL)'),
    ],
    [
      'a post to the address of a bot, not to its pages',
      inRoute('axios.post(`https://api.telegram.org/bot${token}/sendMessage`, { chat_id: chat, text })'),
      inRoute('axios.post("https://telegram.org/", { text })'),
    ],
  ],
  'other-store': [
    [
      'a search index, not a parser of queries',
      "const { MeiliSearch } = require('meilisearch')",
      "const search = require('search-query-parser')",
    ],
    [
      'a bucket',
      "const { S3Client } = require('@aws-sdk/client-s3')",
      "const sns = require('@aws-sdk/client-sns')",
    ],
  ],
  'owners-account': [
    [
      'a token of a person, not a key of the app',
      inRoute('calendar(process.env.GOOGLE_REFRESH_TOKEN)'),
      inRoute('complete(process.env.OPENAI_API_KEY)'),
    ],
    [
      'a token of a service that has accounts, not the secret of tokens',
      inRoute('gists(process.env.GITHUB_TOKEN)'),
      inRoute('sign(process.env.REFRESH_TOKEN_SECRET)'),
    ],
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
    [
      'a timer, not one that pings every socket',
      "setInterval(() => pool.query('delete from notes'), 1000)",
      'setInterval(() => { wss.clients.forEach((ws) => { if (!ws.isAlive) return ws.terminate()\nws.ping(() => {}) }) }, 1000)',
    ],
    [
      'a worker of a queue, not the queue that is filled',
      "const { Worker } = require('bullmq')\nnew Worker('mail', send)",
      "const { Queue } = require('bullmq')\nnew Queue('mail')",
    ],
    [
      'work of a queue by its variable, not what is put into it',
      "const PgBoss = require('pg-boss')\nconst boss = new PgBoss(url)\nboss.work('mail', send)",
      "const PgBoss = require('pg-boss')\nconst boss = new PgBoss(url)\nboss.send('mail', {})",
    ],
  ],
  'own-call': [
    [
      'a call to the port of the app, not to that of another service',
      "fetch('http://localhost:3000/api/notes')\napp.listen(3000)",
      "fetch('http://localhost:4000/api/notes')\napp.listen(3000)",
    ],
  ],
  'debug-route': [
    [
      'a route for operators, not a word like it',
      "app.get('/debug/env', (req, res) => res.json(process.env))",
      "app.get('/debugging-tips', (req, res) => res.json([]))",
    ],
    [
      'tasks for operators, not those of an app for tasks',
      { 'server.js': "app.get('/tasks', list)", 'schema.sql': SCHEMA },
      { 'server.js': "app.get('/tasks', list)", 'schema.sql': 'create table tasks (id int);' },
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
    [
      'a setting that is a star unless it is set, not one without a default',
      {
        'server.js':
          "import cors from 'cors'\nimport { config } from './config.js'\napp.use(cors({ origin: config.origins }))",
        'config.js': "export const config = { origins: env.ORIGINS ?? '*' }",
      },
      {
        'server.js':
          "import cors from 'cors'\nimport { config } from './config.js'\napp.use(cors({ origin: config.origins }))",
        'config.js': "export const config = { origins: env.ORIGINS, other: '*' }",
      },
    ],
  ],
  'error-text': [
    [
      'a message of whatever went wrong, not of an error of the app’s own',
      'app.use((err, req, res, next) => { if (err instanceof Error) return res.json({ error: err.message }) })',
      'app.use((err, req, res, next) => { if (err instanceof NotFound) return res.json({ error: err.message }) })',
    ],
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
    [
      'the error of a callback that is called with nothing else, not an item of a list',
      inRoute('db.query(sql, [1], (err) => { if (err) return res.json({ error: err.detail }) })'),
      inRoute('list.forEach((err) => res.write(err.label))'),
    ],
    [
      'a message in a list, not one of the app',
      'app.use((err, req, res, next) => res.json({ errors: [{ message: err.message }] }))',
      "app.use((err, req, res, next) => res.json({ errors: [{ message: 'failed' }] }))",
    ],
    [
      'what a promise was refused with, not what it gave',
      inRoute('rows().catch((e) => res.send(e))'),
      inRoute('rows().then((e) => res.send(e))'),
    ],
  ],
  logged: [
    [
      'a user, not whom the app is to its database',
      inRoute('const { user } = await find()\nconsole.log(`found ${user}`)'),
      'db.connect().then((c) => {\nconst { user, host } = c.client\nconsole.log(`as ${user} at ${host}`)\n})',
    ],
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
    [
      'a secret, not whether one fits',
      inRoute('console.log(password)'),
      inRoute('console.log(isPasswordMatch, hasToken, passwordLength)'),
    ],
    ['a user, not the id of one', 'console.log(user)', 'console.log(user.id)'],
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
      'a script that the start runs too, not one of `npm run migrate`',
      {
        'package.json': JSON.stringify({
          scripts: { migrate: 'node db/tables.js', start: 'npm run migrate && node server.js' },
        }),
        'db/tables.js': "require('./notes')",
        'db/notes.js': 'pool.query(`create table notes (id int)`)',
        'server.js': "require('./db/pool')",
      },
      {
        'package.json': JSON.stringify({
          scripts: { migrate: 'node --env-file=.env db/tables.js', start: 'node server.js' },
        }),
        'db/tables.js': "require('./notes')",
        'db/notes.js': 'pool.query(`create table notes (id int)`)',
        'server.js': "require('./db/pool')",
      },
    ],
    [
      'a worker of a script of its own, not what sets the tables up',
      {
        'package.json': JSON.stringify({ scripts: { worker: 'node worker.js', start: 'node server.js' } }),
        'worker.js': 'pool.query(`create table if not exists jobs (id int)`)',
      },
      {
        'package.json': JSON.stringify({ scripts: { 'db:tables': 'node worker', start: 'node server.js' } }),
        'worker.js': 'pool.query(`create table if not exists jobs (id int)`)',
      },
    ],
    [
      'a script that the server loads, not one that is run by hand',
      {
        'db/populatedb.js': 'pool.query(`create table notes (id int)`)',
        'server.js': "require('./db/populatedb')",
      },
      {
        'db/populatedb.js': 'pool.query(`create table notes (id int)`)',
        'server.js': "require('./db/pool')",
      },
    ],
    [
      'a table made by the server, not by a migration',
      "pool.query('create table if not exists notes (id int)')",
      { 'migrations/1.js': "exports.up = (knex) => knex.raw('create table notes (id int)')" },
    ],
    [
      'a schema that follows the models, not a call of that name',
      'sequelize.sync({ alter: true })',
      'clock.sync()',
    ],
    [
      'a data source that synchronizes, not one that does not',
      "new DataSource({ type: 'postgres', synchronize: true })",
      "new DataSource({ type: 'postgres', synchronize: false })",
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

describe('what is there', () => {
  const ROUTER =
    "const router = require('express').Router()\nconst notes = require('./notes')\nrouter.get('/', notes.list)\nrouter.route('/:id').get(wrap(notes.one)).delete(notes.delete)\nmodule.exports = router"
  const NOTES =
    "const db = require('./db')\nconst LIST = 'select title from notes'\nasync function list() {\n  return db.query(LIST)\n}\nconst one = () => find()\nconst find = () =>\n  db.query('select title from notes where id = $1')\nconst del = () =>\n  db.query('delete from notes where id = $1')\nmodule.exports = { list, one, delete: del }"
  const app = {
    'package.json':
      '{ "name": "notes", "type": "commonjs", "scripts": { "start": "node server.js" }, "dependencies": { "express": "^4.21.0", "pg": "^8.0.0", "mysql2": "^3.0.0", "morgan": "^1.0.0" } }',
    'package-lock.json': '{\n"packages": {\n"node_modules/express": {\n"version": "4.21.2"\n}\n}\n}',
    'server.js':
      "const express = require('express')\nconst app = express()\napp.use('/api', require('./routes'))\napp.all('*', (req, res) => res.end())\napp.listen(3000)\nmodule.exports = app",
    'routes.js':
      "const router = require('express').Router()\nrouter.use('/notes', require('./router'))\nmodule.exports = router",
    'router.js': ROUTER,
    'notes.js': NOTES,
    'db.js': "const Pool = require('pg').Pool\nmodule.exports = new Pool()",
    'schema.sql': SCHEMA,
    'client/package.json': '{ "dependencies": { "react": "^19.0.0" } }',
    'client/app.js': "app.get('/nothing', list)",
  }

  it('are versions as locked, the start, the handle, the users, and the databases that are loaded', async () => {
    const { facts } = await scan(folderOf(app))
    expect(facts).toMatchObject({
      name: 'notes',
      home: 'package.json',
      modules: 'CommonJS',
      start: {
        command: 'node server.js',
        listens: ['server.js:5'],
        made: ['server.js:2'],
        exported: ['server.js:6'],
      },
      handles: [{ driver: 'pg', at: 'db.js:2' }],
      users: 'users',
      databases: [{ name: 'PostgreSQL', by: 'pg', at: 'db.js:1', reach: 'pg' }],
      logging: ['morgan'],
    })
    expect(facts.versions).toEqual([
      { name: 'express', version: '4.21.2', locked: true },
      { name: 'pg', version: '^8.0.0', locked: false },
    ])
  })

  it('are the routes of the server, with the prefixes of all routers they are in', async () => {
    const { routes } = await scan(folderOf(app))
    expect(routes.map(({ method, path, at }) => `${method} ${path} ${at}`)).toEqual([
      'GET /api/notes router.js:3',
      'GET /api/notes/:id router.js:4',
      'DELETE /api/notes/:id router.js:4',
      'ALL /* server.js:4',
    ])
  })

  it('are the routes of a router that is made by a function, or handed to one', async () => {
    const { routes } = await scan(
      folderOf({
        'server.js':
          "const made = require('./made')\nconst filled = require('./filled')\nconst app = require('express')()\napp.use('/made', made(db))\nconst api = express.Router()\nfilled(api, db)\napp.use('/api', api)",
        'made.js':
          "function getRouter(db) {\n  const router = express.Router()\n  router.get('/a', list)\n  return router\n}\nmodule.exports = getRouter",
        'filled.js': "module.exports = function (router, db) {\n  router.get('/b', list)\n}",
      }),
    )
    expect(routes.map(({ path }) => path).toSorted()).toEqual(['/api/b', '/made/a'])
  })

  it('are the routes behind a query, by the functions they call and the names that SQL is kept under', async () => {
    const { findings } = await scan(folderOf(app))
    const rows = findings.filter(({ kind }) => kind === 'everybodys-rows')
    expect(rows.map(({ at, routes }) => [at, routes])).toEqual([
      ['notes.js:2', ['GET /api/notes']],
      ['notes.js:8', ['GET /api/notes/:id']],
      ['notes.js:10', ['DELETE /api/notes/:id']],
    ])
  })

  it('are the routes behind a query of a class that another module gives on', async () => {
    const { findings } = await scan(
      folderOf({
        'schema.sql': SCHEMA,
        'server.js':
          "const { NotesService } = require('./services')\napp.get('/notes', (req, res) => NotesService.all())\napp.get('/tags', (req, res) => TagsService.all())",
        'services/index.js': "exports.NotesService = new (require('./NotesService'))()",
        'services/NotesService.js':
          "class A {\n  all() {\n    return pool.query('select * from notes')\n  }\n}\nmodule.exports = A",
        'services/TagsService.js': 'class B {\n  all() {}\n}\nmodule.exports = B',
        'write.js': WRITES,
      }),
    )
    expect(findings.map(({ at, routes }) => [at, routes])).toEqual([
      ['services/NotesService.js:3', ['GET /notes']],
    ])
  })

  it('are tables of SQL, migrations, models and schemas, with what points where', async () => {
    const { tables } = await scan(
      folderOf({
        'a.sql':
          'create table public."Notes" (id int, "userId" int references users(id), constraint k unique (id));',
        'migrations/1.js':
          "exports.up = (knex) => knex.schema.createTable('tags', (t) => { t.increments(); t.integer('note_id').references('notes.id'); t.unique('note_id') })",
        'model.js': "Reader.init({ name: { type: STRING } }, { sequelize, tableName: 'readers' })",
        'drizzle.ts':
          "export const marks = pgTable('marks', { id: serial('id'), noteId: integer('note_id').notNull() })",
        'schema.prisma':
          'model Page {\n  id Int @id\n  book Book @relation(fields: [bookId], references: [id])\n  bookId Int\n  @@map("pages")\n}\nmodel Book {\n  id Int @id\n  pages Page[]\n}\n',
        'made.js':
          "pool.query('create table if not exists logs (at timestamptz)')\npool.query('create table knex_migrations (id int)')",
      }),
    )
    expect(tables.map(({ name, columns, references }) => [name, columns, [...references]])).toEqual([
      ['Book', ['id'], []],
      ['Notes', ['id', 'userId'], [['userId', 'users']]],
      ['logs', ['at'], []],
      ['marks', ['id', 'note_id'], []],
      ['pages', ['id', 'bookId'], [['bookId', 'Book']]],
      ['readers', ['name'], []],
      ['tags', ['id', 'note_id'], [['note_id', 'notes']]],
    ])
  })

  it('takes the declaration of a table by Drizzle for no query', async () => {
    const { findings } = await scan(
      folderOf({
        'package.json': '{ "dependencies": { "express": "5", "drizzle-orm": "0.45" } }',
        'server.js': "const app = require('express')()\nrequire('./books-schema')\napp.listen(1)",
        'books-schema.js':
          "const { pgTable, uuid } = require('drizzle-orm/pg-core')\nexports.books = pgTable('books', { id: uuid('id') })",
      }),
    )
    expect(findings.filter(({ kind }) => /rows|table/.test(kind))).toEqual([])
  })

  it('is nothing of Express where no package.json names it', async () => {
    const { facts, findings } = await scan(folderOf({ 'package.json': '{ "name": "x" }' }))
    expect([facts.home, findings]).toEqual([null, []])
  })

  it('is the same when it is looked at again', async () => {
    const folder = folderOf(app)
    expect(await scan(folder)).toEqual(await scan(folder))
  })
})
