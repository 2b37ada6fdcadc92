import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../../proof/gate/gate.js'
import type { Config, OwnedTable, TableEnforcement } from '../../src/config/config.js'
import { migrateTo } from '../../src/migrate.js'
import { type ComicPile, comicPile } from '../support/comic-pile.js'
import { day, type Thread } from '../support/pile-days.js'
import { freshDatabase } from '../support/postgres.js'
import { join, login, reader } from '../support/reader.js'

const A = { email: 'a@example.com', password: 'first of all readers' }
const B = { email: 'b@example.com', password: 'second of all readers' }
const POOL_OF_TWO = { file: 'server/db.js', find: 'max: 10', replace: 'max: 2' }

let pile: ComicPile
let database: Awaited<ReturnType<typeof freshDatabase>>
let idOfB: string
beforeAll(async () => {
  pile = await comicPile()
  database = await freshDatabase()
  await pile.seed(database.url)
})
afterAll(() => pile?.stop())

function switched(to: Record<string, TableEnforcement>): Config {
  const tables = { ...pile.config.tables }
  for (const [name, enforcement] of Object.entries(to))
    tables[name] = { ...(tables[name] as OwnedTable), enforcement }
  return { ...pile.config, tables }
}

/** The app with these switches, after `migrate up`. */
async function start(to: Record<string, TableEnforcement>, migrated = true): Promise<Target> {
  const config = switched(to)
  if (migrated) await migrateTo(database, config, 8)
  return pile.start({ ...database, dial: 8, config, realTime: true, edits: [POOL_OF_TWO] })
}

const passed = async (app: Target) => (await app.counters()).filter((one) => one.what === 'let pass')

test('with threads at report both see all threads, sessions stay apart, and the record names who was shown what', async () => {
  const app = await start({ threads: 'report', events: 'report', snapshots: 'report' })
  const a = reader(app, { token: await join(app, A, pile.claimCode) })
  const b = reader(app, { token: await join(app, B) })
  idOfB = String((await b.get<{ id: number }>('/api/auth/me')).id)

  const ofA = await a.get<Thread[]>('/api/threads/')
  expect(ofA).toHaveLength(20)
  const mine = await b.send<Thread>('POST', '/api/threads/', {
    title: 'of b',
    format: 'Comic',
    issues_remaining: 3,
  })
  const path = `/api/threads/${ofA[0]!.id}`
  const rounds = Array.from({ length: 20 }, () => [
    b.get<Thread>(path),
    a.get<Thread>(path),
    a.get<Thread>(`/api/threads/${mine.id}`),
  ])
  for (const one of await Promise.all(rounds.flat())) expect([ofA[0]!.id, mine.id]).toContain(one.id)
  expect(await b.get<Thread[]>('/api/threads/')).toHaveLength(21)
  expect(await b.get<unknown[]>('/api/sessions/?limit=100&offset=0')).toEqual([])

  const record = await passed(app)
  expect(record).toContainEqual({
    what: 'let pass',
    table: 'threads',
    verb: 'select',
    sql: expect.stringMatching(/^select \* from "threads" where "id" = \$1/),
    person: idOfB,
    rows: 20,
    times: 20,
  })
  // A was shown the one row of B's, B was shown A's.
  expect(record.find(({ person, sql }) => person === '1' && sql.includes('where "id" = $1'))?.rows).toBe(20)
  expect(new Set(record.map(({ table }) => table))).toEqual(new Set(['threads']))
  expect(app.output()).toMatch(/"event":"isolation\.let-pass","table":"threads","verb":"select"/)
  await app.stop()
}, 120_000)

test('with sessions and threads enforced while snapshots report, a day of both names no thread', async () => {
  const app = await start({ snapshots: 'report' })
  const [a, b] = [reader(app, { token: await login(app, A) }), reader(app, { token: await login(app, B) })]
  await Promise.all([day(a, 'a'), day(b, 'b')])
  const ofA = await a.get<Thread[]>('/api/threads/')
  expect((await b.ask('GET', `/api/threads/${ofA[0]!.id}`)).status).toBe(404)
  expect((await b.get<Thread[]>('/api/threads/')).map(({ title }) => title)).not.toContain(ofA[0]!.title)
  expect((await passed(app)).filter(({ table }) => table !== 'snapshots')).toEqual([])
  await app.stop()
}, 120_000)

test('a process whose configuration the database does not follow does not start, in both directions', async () => {
  await expect(start({}, false)).rejects.toThrow(
    /lacks public\.snapshots: keys that requests give; public\.snapshots: rows kept apart by user \(enforcement: enforce\).*run: usertwo migrate up --to 8/s,
  )
  await expect(start({ snapshots: 'off' }, false)).rejects.toThrow(
    /public\.snapshots: rows open to everybody signed in \(enforcement: off\)/,
  )
  await expect(start({ threads: 'report', snapshots: 'report' }, false)).rejects.toThrow(
    /tables\.events\.enforcement is 'enforce', and its parent threads is at 'report'/,
  )
}, 60_000)

test('with every table enforced a thread of the other looks like a missing one, and nothing is recorded', async () => {
  const app = await start({})
  const [a, b] = [reader(app, { token: await login(app, A) }), reader(app, { token: await login(app, B) })]
  const ofA = await a.get<Thread[]>('/api/threads/')
  const [foreign, missing] = await Promise.all(
    [`${ofA[0]!.id}`, '987654'].map((id) => b.ask('GET', `/api/threads/${id}`)),
  )
  expect([foreign!.status, foreign!.body]).toEqual([404, missing!.body.replace('987654', `${ofA[0]!.id}`)])
  expect(await passed(app)).toEqual([])
  await app.stop()
}, 60_000)
