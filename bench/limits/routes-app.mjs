// An app with a given number of routes, five for each resource: a list, one row, an insert, an update and a
// deletion.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/prepare/step.mjs'

const TABLES = 5
const OF_A_RESOURCE = 5
const ROWS = 3

const APP = `import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ max: 4 })
const rows = async (text, ...values) => (await pool.query(text, values)).rows
const idOf = ({ params: { id } }) => (/^\\d{1,9}$/.test(id) ? Number(id) : 0)
const answer = (res, [found], status = 200) =>
  found ? res.status(status).json(found) : res.status(404).json({ error: 'not found' })

export const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.json({ ok: true }))
app.use((req, res, next) => {
  if (req.method !== 'GET' && req.method !== 'DELETE' && typeof req.body?.title !== 'string')
    return res.status(400).json({ error: 'title is missing' })
  next()
})
`

const resource = (name, table) => `
app.get('/api/${name}', async (_req, res) => res.json(await rows('select id, title from ${table} order by id')))
app.get('/api/${name}/:id', async (req, res) =>
  answer(res, await rows('select id, title from ${table} where id = $1', idOf(req))))
app.post('/api/${name}', async (req, res) =>
  answer(res, await rows('insert into ${table} (title) values ($1) returning id, title', req.body.title), 201))
app.put('/api/${name}/:id', async (req, res) =>
  answer(res, await rows('update ${table} set title = $2 where id = $1 returning id, title', idOf(req), req.body.title)))
app.delete('/api/${name}/:id', async (req, res) =>
  answer(res, await rows('delete from ${table} where id = $1 returning id', idOf(req))))
`

const LAST = `
app.use((error, _req, res, _next) => {
  console.error(error.message)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
`

const MIGRATE = `import { pool } from './app.js'

await pool.query("create table users (id serial primary key, username text); insert into users (username) values ('owner')")
for (let at = 1; at <= ${TABLES}; at++) {
  await pool.query(\`create table items\${at} (id serial primary key, title text not null)\`)
  await pool.query(\`insert into items\${at} (title) select 'What there is ' || n from generate_series(1, ${ROWS}) n\`)
}
await pool.end()
`

const drive = (names) => `const call = (method, path, title) =>
  fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(title && { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title }) }),
  })

await call('GET', '/health')
for (const name of ${JSON.stringify(names)}) {
  await call('GET', '/api/' + name)
  const { id } = await (await call('POST', '/api/' + name, 'One more of ' + name)).json()
  await call('GET', '/api/' + name + '/' + id)
  await call('PUT', '/api/' + name + '/' + id, 'Another of ' + name)
  await call('DELETE', '/api/' + name + '/' + id)
}
`

const WRAPPED = `import { scope, usertwo } from 'usertwo'
import { app, pool } from './app.js'
import config from './usertwo.config.js'

scope(pool)
usertwo(app, config).listen(process.env.PORT, process.env.HOST)
`

const CONFIG = `import { defineConfig } from 'usertwo'

export default defineConfig({
  name: 'routes',
  app: {
    start: ['node', 'server.hardened.js'],
    bare: ['node', 'server.js'],
    migrate: ['node', 'migrate.js'],
    drive: ['node', 'drive.js'],
    health: '/health',
  },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { ${Array.from({ length: TABLES }, (_, at) => `items${at + 1}: { owner: 'user_id' }`).join(', ')} },
  routes: { public: ['GET /health'] },
  spa: false,
})
`

/** Writes the app. @returns its folder, inside the repository so that its packages are found */
export function routesApp(routes) {
  const names = Array.from({ length: routes / OF_A_RESOURCE }, (_, at) => `r${at + 1}`)
  const folder = join(ROOT, '.usertwo', 'bench', `routes-${routes}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const files = {
    'package.json': '{ "type": "module", "private": true }\n',
    'app.js': APP + names.map((name, at) => resource(name, `items${(at % TABLES) + 1}`)).join('') + LAST,
    'server.js': "import { app } from './app.js'\n\napp.listen(process.env.PORT, process.env.HOST)\n",
    'server.hardened.js': WRAPPED,
    'migrate.js': MIGRATE,
    'drive.js': drive(names),
    'usertwo.config.js': CONFIG,
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return folder
}
