// Ten everyday changes of examples/comic-pile: Express 4, knex, pages of React.

const MIGRATION = 'server/migrations/20260301090000_change.js'
const CONFIG = 'usertwo.config.js'
const DRIVE = 'scripts/drive.js'
const RECORD = ['baseline', 'record']
const INVENTORY = ['inventory', '--write']
const migration = (up) => ({
  file: MIGRATION,
  text: `export async function up(knex) {\n${up}}\n\nexport async function down() {}\n`,
})
/** A line after the last table of the configuration. */
const table = (line) => ({ file: CONFIG, find: '    tasks: {', put: `    ${line}\n    tasks: {` })
/** Requests that the recording gets, in the middle of the drive: its last parts may be switched off. */
const asks = (...lines) => ({
  file: DRIVE,
  find: "  await get('/api/tasks/metrics')\n",
  put: `  await get('/api/tasks/metrics')\n${lines.map((line) => `  ${line}\n`).join('')}`,
})
const route = (...lines) => ({ edits: [asks(...lines)], run: [INVENTORY, RECORD], files: [DRIVE] })
/** A model: the start makes a table that is missing. */
const model = (name, columns) => [
  {
    file: `server/models/${name}.js`,
    text: `export const name = '${name}'\n\nexport function define(t) {\n  t.increments('id')\n${columns}}\n`,
  },
  {
    file: 'server/models/index.js',
    find: "import * as agentMetrics from './agent-metrics.js'\n",
    put: `import * as agentMetrics from './agent-metrics.js'\nimport * as ${name} from './${name}.js'\n`,
  },
  { file: 'server/models/index.js', find: 'tasks, agentMetrics]', put: `tasks, agentMetrics, ${name}]` },
]
const ADDITIONS = `  t.integer('thread_id').notNullable().references('threads.id').onDelete('CASCADE')
  t.string('title', 200).notNullable()
  t.timestamp('added_at', { useTz: true }).notNullable()
`
const PREFERENCES = "  t.integer('page_size').notNullable()\n"

/** The app is on the packages of this repository before any change. */
const packages = {}

const changes = [
  {
    name: 'column',
    about: 'a column',
    code: [
      migration("  await knex.schema.alterTable('threads', (t) => t.string('publisher', 100))\n"),
      {
        file: 'server/models/threads.js',
        find: "  t.text('notes')\n",
        put: "  t.text('notes')\n  t.string('publisher', 100)\n",
      },
      {
        file: 'server/domain/threads.js',
        find: '  notes: row.notes,\n',
        put: '  notes: row.notes,\n  publisher: row.publisher,\n',
      },
    ],
    owner: { edits: [], run: [RECORD] },
  },
  {
    name: 'table',
    about: 'a table',
    code: [
      migration(
        `  await knex.schema.createTable('additions', (t) => {\n  t.increments('id')\n${ADDITIONS}  })\n`,
      ),
      ...model('additions', ADDITIONS),
      {
        file: 'server/domain/threads.js',
        find: "    .returning('*')\n  return thread\n",
        put: `    .returning('*')
  await db('additions').insert({ thread_id: thread.id, title, added_at: new Date() })
  return thread
`,
      },
    ],
    owner: {
      edits: [
        table("additions: { owner: 'user_id' },"),
        {
          file: 'server/seed.js',
          find: '    await seedTasks(trx, ago)\n',
          put: `    const { id, title } = await trx('threads').orderBy('id').first()
    await trx('additions').insert({ thread_id: id, title, added_at: ago(24 * 90) })
    await seedTasks(trx, ago)
`,
        },
      ],
      run: [],
      files: ['server/seed.js'],
    },
  },
  {
    name: 'rows',
    about: 'a table with rows for each new user',
    code: [
      migration(`  await knex.schema.createTable('preferences', (t) => {\n  t.increments('id')\n${PREFERENCES}  })
  await knex('preferences').insert({ page_size: 100 })\n`),
      ...model('preferences', PREFERENCES),
      {
        file: 'server/routes/sessions.js',
        find: "    const rows = await db('sessions')\n",
        put: "    const { page_size } = await db('preferences').first()\n    const rows = await db('sessions')\n",
      },
      { file: 'server/routes/sessions.js', find: '.limit(limit)', put: '.limit(Math.min(limit, page_size))' },
    ],
    owner: { edits: [table("preferences: { owner: 'user_id', perUser: true },")], run: [] },
  },
  {
    name: 'route',
    about: 'a route',
    code: [
      {
        file: 'server/routes/threads.js',
        find: "router.get(\n  '/threads/stale',",
        put: `router.get(
  '/threads/first',
  handle(async (_req, res) => {
    res.json((await allThreads()).slice(0, 1).map(toThread))
  }),
)

router.get(
  '/threads/stale',`,
      },
    ],
    owner: route("await get('/api/threads/first')"),
  },
  {
    name: 'router',
    about: 'a route mounted by a router',
    code: [
      {
        file: 'server/routes/formats.js',
        text: `import { Router } from 'express'
import { db } from '../db.js'
import { toThread } from '../domain/threads.js'
import { handle } from '../errors.js'

const router = Router({ strict: true })

router.get(
  '/formats/',
  handle(async (_req, res) => {
    res.json(await db('threads').distinct('format').orderBy('format'))
  }),
)

router.get(
  '/formats/:format',
  handle(async (req, res) => {
    const rows = await db('threads').where({ format: req.params.format }).orderBy('id')
    res.json(rows.map(toThread))
  }),
)

export default router
`,
      },
      {
        file: 'server/app.js',
        find: "import health from './routes/health.js'\n",
        put: "import formats from './routes/formats.js'\nimport health from './routes/health.js'\n",
      },
      {
        file: 'server/app.js',
        find: "  app.use('/api', admin,",
        put: "  app.use('/api', formats)\n  app.use('/api', admin,",
      },
    ],
    owner: route("await get('/api/formats/')", "await get('/api/formats/Comic')"),
  },
  {
    name: 'rename',
    about: 'a migration that renames',
    code: [
      migration(
        "  await knex.schema.alterTable('sessions', (t) => t.renameColumn('user_id', 'reader_id'))\n",
      ),
      { file: 'server/models/sessions.js', find: "'user_id'", put: "'reader_id'" },
      { file: 'server/domain/sessions.js', find: 'user_id: userId', put: 'reader_id: userId' },
      { file: 'server/domain/session-view.js', find: 'session.user_id', put: 'session.reader_id' },
      { file: 'server/domain/restore.js', find: 'session.user_id', put: 'session.reader_id' },
      { file: 'server/routes/admin.js', find: 'where({ user_id: 1 })', put: 'where({ reader_id: 1 })' },
      { file: 'server/seed/sessions.js', find: '      user_id: 1,\n', put: '      reader_id: 1,\n' },
    ],
    owner: {
      edits: [
        { file: CONFIG, find: "sessions: { owner: 'user_id' }", put: "sessions: { owner: 'reader_id' }" },
      ],
      // The inventory has the owner id of the code, and the export answers with all columns.
      run: [INVENTORY, RECORD],
    },
  },
  {
    name: 'upload',
    about: 'an upload',
    code: [
      {
        file: 'server/routes/threads.js',
        find: "import { handle } from '../errors.js'\n",
        put: "import { uploadCsv, uploadedRows } from '../csv.js'\nimport { handle } from '../errors.js'\n",
      },
      {
        file: 'server/routes/threads.js',
        find: "router.get(\n  '/threads/stale',",
        put: `router.post(
  '/threads/import',
  uploadCsv,
  handle(async (req, res) => {
    const threads = []
    for (const { record } of uploadedRows(req))
      threads.push(await createThread({ title: record.title, format: 'Comic', issues_remaining: 1 }))
    res.status(201).json(threads.map(toThread))
  }),
)

router.get(
  '/threads/stale',`,
      },
    ],
    owner: route(
      "await upload('/api/threads/import', { name: 'titles.csv', content: 'title\\nFrom a file' }, 201)",
    ),
  },
  {
    name: 'page',
    about: 'a page with an inline script',
    code: [
      {
        file: 'server/html/today.js',
        text: `export const today = () => \`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Today</title></head>
<body>
  <h1>Today</h1>
  <p id="today"></p>
  <script>document.getElementById('today').textContent = new Date().toDateString()</script>
</body>
</html>
\`
`,
      },
      {
        file: 'server/routes/pages.js',
        find: "import { config } from '../config.js'\n",
        put: "import { config } from '../config.js'\nimport { today } from '../html/today.js'\n",
      },
      {
        file: 'server/routes/pages.js',
        find: "router.get(['/react',",
        put: "router.get('/today', (_req, res) => res.type('html').send(today()))\nrouter.get(['/react',",
      },
    ],
    owner: {
      edits: [
        {
          file: 'server/html/today.js',
          find: 'export const today',
          put: "import { cspNonce } from 'usertwo'\n\nexport const today",
        },
        { file: 'server/html/today.js', find: '<script>', put: `<script nonce="${'$'}{cspNonce()}">` },
        asks("await get('/today')"),
      ],
      run: [INVENTORY, RECORD],
      files: [DRIVE, 'server/html/today.js'],
    },
  },
  {
    name: 'dependency',
    about: 'a dependency with a pool of its own',
    install: { 'table-counts': 'scripts/changes/table-counts' },
    code: [
      {
        file: 'server/routes/threads.js',
        find: "import { Router } from 'express'\n",
        put: "import { Router } from 'express'\nimport { countOf } from 'table-counts'\n",
      },
      {
        file: 'server/routes/threads.js',
        find: '    res.json((await staleThreads(days)).map(toThread))\n',
        put: "    console.log('threads', await countOf('threads'))\n    res.json((await staleThreads(days)).map(toThread))\n",
      },
    ],
    owner: null,
  },
  {
    name: 'express',
    about: 'an upgrade of Express (4 to 5)',
    install: { express: 'node_modules/express' },
    code: [],
    owner: { edits: [], run: [RECORD] },
  },
]

export const comicPile = { packages, changes }
