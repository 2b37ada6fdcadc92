// An app that answers 202 and does the work afterwards: what is recorded of it, and what a replay accepts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GateSession } from '../proof/gate/session.js'
import type { Templates } from '../proof/gate/templates.js'
import type { Exchange } from '../proof/gate/traffic/exchange.js'
import { parseConfig } from '../src/config/config.js'
import { built } from './support/built.js'

const PG = pathToFileURL(fileURLToPath(import.meta.resolve('pg'))).href
const folder = mkdtempSync(join(tmpdir(), 'usertwo-accepted-'))

const FILES: Record<string, string> = {
  'migrate.mjs': `import pg from ${JSON.stringify(PG)}
const client = new pg.Client()
await client.connect()
await client.query('create table reports (id serial primary key, name text)')
await client.end()
`,
  'server.mjs': `import { createServer } from 'node:http'
import pg from ${JSON.stringify(PG)}
const pool = new pg.Pool()
const { AFTER_MS = '700', NAME = 'of May', TABLE = 'reports' } = process.env
// Two steps, so that the app is never quiet for long before it is done.
const write = async () => {
  const rest = Number(AFTER_MS) / 2
  await new Promise((resolve) => setTimeout(resolve, rest))
  await pool.query('select 1')
  await new Promise((resolve) => setTimeout(resolve, rest))
  await pool.query('insert into reports (name) values ($1)', [NAME])
}
createServer(async (req, res) => {
  if (req.url === '/health') return res.end('ok')
  if (req.method === 'POST') {
    if (AFTER_MS !== 'never') void write()
    return res.writeHead(202).end('queued')
  }
  const { rows } = await pool.query('select id, name from ' + TABLE + ' order by id').catch((error) => {
    res.writeHead(500).end('failed')
    setTimeout(() => console.error(error), 20)
    return { rows: null }
  })
  if (rows === null) return
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(rows))
}).listen(process.env.PORT, process.env.HOST)
`,
  'drive.mjs': `await fetch(process.env.BASE_URL + '/reports', { method: 'POST' })
await fetch(process.env.BASE_URL + '/reports')
`,
}

let templates: Templates
let exchanges: Exchange[]
const project = {
  name: 'accepted',
  folder,
  config: parseConfig({
    app: {
      start: ['node', 'server.mjs'],
      migrate: ['node', 'migrate.mjs'],
      drive: ['node', 'drive.mjs'],
    },
    owner: { id: 1 },
    users: { table: 'users' },
  }),
  mutants: {},
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  const { recordBaseline } = await built<typeof import('../proof/gate/traffic/record.js')>(
    'proof/gate/traffic/record.js',
  )
  templates = await openTemplates(project)
  exchanges = await recordBaseline(project, templates)
}, 120_000)
afterAll(async () => {
  await templates?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What a replay finds with these variables of the app. */
async function replayed(env: Record<string, string>) {
  const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
  const { replay } = await built<typeof import('../proof/gate/traffic/replay.js')>(
    'proof/gate/traffic/replay.js',
  )
  const { signal } = new AbortController()
  const session: GateSession = await openSession({
    project,
    templates,
    phase: 1,
    signal,
    traffic: async () => exchanges,
  })
  try {
    return await replay(session, { bare: true, env })
  } finally {
    await session.close()
  }
}

test('what is recorded after a 202 is the state in which the work is done', () => {
  expect(exchanges.map(({ response, volatile }) => [response.status, response.body, volatile])).toEqual([
    [202, 'queued', undefined],
    [200, '[{"id":1,"name":"of May"}]', undefined],
  ])
})

test.each(['0', '700', '3000'])(
  'a replay in which the work takes %s ms is answered as recorded',
  async (AFTER_MS) => {
    expect(await replayed({ AFTER_MS })).toMatchObject({ exercised: 2, problems: [] })
  },
  60_000,
)

test('work that is never done, and work that comes to something else, are NO-GO by their route', async () => {
  const what = 'GET /reports (request 2 of the baseline) answers the owner differently: body'
  const { problems: never } = await replayed({ AFTER_MS: 'never' })
  expect(never).toMatchObject([{ what, got: '$.0: nothing' }])
  const { problems: other } = await replayed({ NAME: 'of June' })
  expect(other).toMatchObject([{ what, got: '$.0.name: of June' }])
}, 60_000)

test('an error of the database is shown as the app printed it, although only after its answer', async () => {
  const { problems } = await replayed({ TABLE: 'letters' })
  expect(problems[0]).toMatchObject({
    what: 'GET /reports (request 2 of the baseline) answers the owner differently: status',
    got: '500; the app printed: 42P01 relation "letters" does not exist',
  })
}, 60_000)
