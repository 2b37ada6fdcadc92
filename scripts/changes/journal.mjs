// Ten everyday changes of examples/journal: Express 5, pg, EJS.

const MIGRATION = 'migrations/004_change.sql'
const CONFIG = 'usertwo.config.js'
const DRIVE = 'usertwo/drive.mjs'
const SEED = 'usertwo/seed.sql'
const RECORD = ['baseline', 'record']
const INVENTORY = ['inventory', '--write']
/** A line after the last table of the configuration. */
const table = (line) => ({ file: CONFIG, find: '    drafts: {', put: `    ${line}\n    drafts: {` })
const asks = (...lines) => ({ file: DRIVE, add: lines.map((line) => `${line}\n`).join('') })
const route = (...lines) => ({ edits: [asks(...lines)], run: [INVENTORY, RECORD] })

/** The app is on this Express before any change. */
const packages = { express: 'express@5.2.1' }

const changes = [
  {
    name: 'column',
    about: 'a column',
    code: [
      { file: MIGRATION, text: 'alter table entries add column mood text;\n' },
      { file: 'src/store/entries.js', find: 'body, tags, created_at', put: 'body, tags, mood, created_at' },
    ],
    owner: { edits: [], run: [RECORD] },
  },
  {
    name: 'table',
    about: 'a table',
    code: [
      {
        file: MIGRATION,
        text: `create table publications (
  id uuid primary key default gen_random_uuid(),
  entry_id uuid not null references entries on delete cascade,
  title text not null,
  published_at timestamptz not null default now()
);
`,
      },
      {
        file: 'src/store/drafts.js',
        find: '    return made.rows[0]\n',
        put: `    await client.query('insert into publications (entry_id, title) values ($1, $2)', [made.rows[0].id, title])
    return made.rows[0]
`,
      },
    ],
    owner: {
      edits: [
        // `isolation.schema`: entries are readable, so what goes with one belongs to its author.
        table("publications: { owner: 'user_id', via: 'entry_id' },"),
        {
          file: SEED,
          add: `insert into "public"."publications" ("id", "entry_id", "title") values
  ('5d1c7f0a-6f43-4c0e-8a0b-0d7b1f3c9e11', '41d5b711-54e2-4e29-a6ce-ce7c79e51ca5', 'Potatoes in');
`,
        },
      ],
      run: [],
    },
  },
  {
    name: 'rows',
    about: 'a table with rows for each new user',
    code: [
      {
        file: MIGRATION,
        text: `create table preferences (
  id uuid primary key default gen_random_uuid(),
  page_size integer not null
);
insert into preferences (page_size) values (100);
`,
      },
      {
        file: 'src/store/drafts.js',
        find: 'export const findDrafts = () => rows(',
        put: `export async function findDrafts() {
  const { page_size } = await one('select page_size from preferences')
  return (await all()).slice(0, page_size)
}

const all = () => rows(`,
      },
    ],
    owner: { edits: [table("preferences: { owner: 'user_id', perUser: true },")], run: [] },
  },
  {
    name: 'route',
    about: 'a route',
    code: [
      {
        file: 'src/api/drafts.js',
        find: "drafts.get('/:id',",
        put: `drafts.get('/latest', async (_req, res) => {
  res.json(found((await findDrafts())[0]))
})

drafts.get('/:id',`,
      },
    ],
    owner: route("await call('GET', '/api/v1/drafts/latest')"),
  },
  {
    name: 'router',
    about: 'a route mounted by a router',
    code: [
      {
        file: 'src/api/tags.js',
        text: `import { Router } from 'express'
import { rows } from '../db.js'
import { findEntries } from '../store/entries.js'

const tags = Router()

tags.get('/', async (_req, res) => {
  res.json(await rows('select distinct jsonb_array_elements_text(tags) as tag from entries order by tag'))
})

tags.get('/:tag', async (req, res) => {
  res.json(await findEntries({ tag: req.params.tag, limit: 20, offset: 0 }))
})

export default tags
`,
      },
      {
        file: 'src/api/index.js',
        find: "import entries from './entries.js'\n",
        put: "import entries from './entries.js'\nimport tags from './tags.js'\n",
      },
      {
        file: 'src/api/index.js',
        find: "api.use('/v1/drafts', drafts)\n",
        put: "api.use('/v1/drafts', drafts)\napi.use('/v1/tags', tags)\n",
      },
    ],
    owner: route("await call('GET', '/api/v1/tags')", "await call('GET', '/api/v1/tags/garden')"),
  },
  {
    name: 'rename',
    about: 'a migration that renames',
    code: [
      { file: MIGRATION, text: 'alter table comments rename to afterthoughts;\n' },
      { file: 'src/store/comments.js', find: 'from comments where', put: 'from afterthoughts where' },
      { file: 'src/store/comments.js', find: 'insert into comments', put: 'insert into afterthoughts' },
      { file: 'scripts/seed.js', find: 'insert into comments', put: 'insert into afterthoughts' },
    ],
    owner: {
      edits: [
        { file: CONFIG, find: '    comments: {', put: '    afterthoughts: {' },
        { file: CONFIG, find: "delete': 'comments'", put: "delete': 'afterthoughts'" },
        { file: SEED, find: '"public"."comments"', put: '"public"."afterthoughts"' },
      ],
      run: [],
    },
  },
  {
    name: 'upload',
    about: 'an upload',
    code: [
      {
        file: 'src/api/entries.js',
        find: "entries.get('/:id',",
        put: `entries.post('/import', withFile, async (req, res) => {
  const { originalname, buffer } = req.file
  res.status(201).json(await addEntry({ title: originalname, body: buffer.toString(), tags: [] }))
})

entries.get('/:id',`,
      },
    ],
    owner: route("await upload('/api/v1/entries/import')"),
  },
  {
    name: 'page',
    about: 'a page with an inline script',
    code: [
      {
        file: 'views/today.ejs',
        text: `<%- include('parts/head', { heading: 'Today' }) %>
<h1>Today</h1>
<p id="today"></p>
<script>document.getElementById('today').textContent = new Date().toDateString()</script>
<%- include('parts/foot') %>
`,
      },
      {
        file: 'src/pages/index.js',
        find: 'pages.use(entries)\n',
        put: `pages.get('/today', (_req, res) => {
  res.render('today')
})

pages.use(entries)
`,
      },
    ],
    owner: {
      edits: [
        {
          file: 'src/app.js',
          find: "import express from 'express'\n",
          put: "import express from 'express'\nimport { cspNonce } from 'usertwo'\n",
        },
        {
          file: 'src/app.js',
          find: '  app.locals.title = ',
          put: '  app.locals.cspNonce = cspNonce\n  app.locals.title = ',
        },
        { file: 'views/today.ejs', find: '<script>', put: '<script nonce="<%= cspNonce() %>">' },
        asks("await call('GET', '/today')"),
      ],
      run: [INVENTORY, RECORD],
    },
  },
  {
    name: 'dependency',
    about: 'a dependency with a pool of its own',
    install: { 'table-counts': 'scripts/changes/table-counts' },
    code: [
      {
        file: 'src/pages/index.js',
        find: "import { Router } from 'express'\n",
        put: "import { Router } from 'express'\nimport { countOf } from 'table-counts'\n",
      },
      {
        file: 'src/pages/index.js',
        find: "  res.render('stats'",
        put: "  console.log('entries', await countOf('entries'))\n  res.render('stats'",
      },
    ],
    owner: null,
  },
  {
    name: 'express',
    about: 'an upgrade of Express (5.2 to 5.3)',
    install: { express: 'node_modules/express' },
    code: [],
    owner: { edits: [], run: [RECORD] },
  },
]

export const journal = { packages, changes }
