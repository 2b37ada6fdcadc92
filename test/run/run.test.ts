import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { type Running, startUnedited } from '../support/unedited.js'
import { type NotesDatabase, notesDatabase, type Somebody } from '../support/wrapped-app.js'

const WAYS = [
  ['CommonJS that listens as it is loaded', ['node', 'listens.cjs']],
  ['ESM, createServer after an awaited query, knex', ['node', 'creates-server.mjs']],
  ['Express 4, an app mounted in another, callbacks', ['node', 'sub-app.cjs']],
  ['a cluster', ['node', 'cluster.cjs']],
  ['a shell', ['sh', '-c', 'node listens.cjs']],
] as const
const OWN = ['bread', 'milk', 'salt']

let database: NotesDatabase
let running: Running | undefined

beforeAll(async () => {
  await build()
  database = await notesDatabase(2, { routes: { public: ['GET /health'], debug: ['/debug'] } }, 8)
  await database.stored(`insert into notes (text, user_id) select unnest(array['${OWN.join("','")}']), 1`)
})
afterEach(() => running?.stop())
afterAll(() => database?.end())

async function start(command: readonly string[], how: { bare?: boolean } = {}, env = {}) {
  running = startUnedited(command, { DATABASE_URL: database.url, ...env }, how)
  const port = await running.port()
  return async (path: string, who?: Somebody) => {
    const headers = who && { authorization: `Bearer ${who.token}` }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    const text = await answer.text()
    return { status: answer.status, body: text.startsWith('[') ? JSON.parse(text) : text }
  }
}

describe.each(WAYS)('an app as it is: %s', (_name, command) => {
  test('serves nobody without a login, and each person their own rows, however many ask at once', async () => {
    const ask = await start(command)
    const [owner, other] = database.people
    expect((await ask('/health')).body).toBe('ok')
    expect((await ask('/notes')).status).toBe(401)
    expect((await ask('/debug/notes', owner)).status).toBe(404)
    const who = Array.from({ length: 60 }, (_, n) => (n % 3 ? owner! : other!))
    const answers = await Promise.all(who.map((one) => ask('/notes', one)))
    expect(answers.map(({ body }) => body)).toEqual(who.map((one) => (one === owner ? OWN : [])))
  })

  test('without the layers answers everybody with the rows of the owner', async () => {
    // What migrations have put around the rows does not show them to anybody: only the owner's are.
    const ask = await start(command, { bare: true })
    expect((await ask('/notes')).body).toEqual(OWN)
    expect((await ask('/debug/notes')).status).toBe(200)
  })
})
