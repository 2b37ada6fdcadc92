// An app of each library that has another database in its .env file, under a gate: nothing of it may change.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTarget } from '../../dist/proof/gate/app/target.js'
import { openSession } from '../../dist/proof/gate/session.js'
import { openTemplates } from '../../dist/proof/gate/templates.js'
import { parseConfig } from '../../dist/src/config/config.js'
import { run } from './database.mjs'

// What the work undoes leaves a trace all the same: ids that were taken.
const PRINT = `select md5(string_agg(t::text, ',' order by id)) as rows, (select last_value from threads_id_seq) as ids from threads t`
const CONFIG = parseConfig({
  app: { start: ['node', 'server.mjs'], health: '/' },
  owner: { id: 1 },
  users: { table: 'users' },
})

/**
 * Wrong is a gate that did not end with the words for it, rows or ids of the other database that changed, and a control,
 * without the fence, that changed nothing.
 */
export async function fenced({ folder, work }, other) {
  const app = mkdtempSync(join(tmpdir(), 'usertwo-matrix-'))
  try {
    writeFileSync(join(app, '.env'), `DB_URL=${other.url}\n`)
    mkdirSync(join(app, 'node_modules'))
    writeFileSync(join(app, 'server.mjs'), server(folder, work))
    const before = await print(other)
    const said = await underGate(app)
    const after = await print(other)
    const control = await startTarget({
      command: ['node', 'server.mjs'],
      cwd: app,
      env: {},
      orders: { edits: [] },
      health: '/',
    })
    await control.stop()
    const problems = [
      ...(after === before ? [] : ['the other database was changed']),
      ...(said.includes(`DB_URL (.env:1)`) && said.includes(`write in app.env: DB_URL: '$DATABASE_URL'`)
        ? []
        : [`the gate said: ${said}`]),
      ...((await print(other)) === after ? ['the control changed nothing'] : []),
    ]
    return {
      queries: 2,
      wrong: problems.length,
      first: problems[0] ?? null,
      said: 'refused, and said where from',
    }
  } finally {
    rmSync(app, { recursive: true, force: true })
  }
}

async function underGate(folder) {
  const project = { name: 'fenced', folder, config: CONFIG }
  const templates = await openTemplates(project)
  try {
    const signal = new AbortController().signal
    const session = await openSession({ project, templates, phase: 1, signal, traffic: async () => [] })
    const said = await session.app().then(
      () => 'nothing',
      (error) => error.message,
    )
    await session.close()
    return said
  } finally {
    await templates.stop()
  }
}

async function print({ adminUrl }) {
  const { rows } = await run(adminUrl, PRINT)
  return JSON.stringify(rows)
}

const server = (folder, work) => `import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { open } from ${JSON.stringify(new URL(`work/${work}.mjs`, import.meta.url).href)}
process.loadEnvFile()
const require = createRequire(${JSON.stringify(join(folder, 'index.js'))})
const person = { id: 1, title: 'of 1', rows() {}, all() {}, fails: (failing) => Promise.resolve(failing).catch(() => {}) }
await Promise.resolve(open({ require, url: process.env.DB_URL, scope: (db) => db }))
  .then(({ work }) => work(person))
  .catch(() => {})
createServer((req, res) => res.end('ok')).listen(process.env.PORT, process.env.HOST)
`
