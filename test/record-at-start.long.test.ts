import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { makeRecord } from '../proof/gate/run/recording.js'
import type { PhaseResult } from '../proof/gate/run/run-phase.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import type { Config, TableConfig } from '../src/config/config.js'
import { withClient } from '../src/database/with-client.js'
import { migrateTo } from '../src/migrate.js'
import { schemaNow } from '../src/phases/6-isolation/start/fingerprint.js'
import { configPrint } from '../src/record/config-print.js'
import { type Bound, type GateRecord, writeRecord } from '../src/record/record.js'
import { built } from './support/built.js'
import { COMIC_PILE, type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'

// The app's own folder may hold a committed record: it runs from another one, where this test decides about
// it.
const place = mkdtempSync(join(tmpdir(), 'usertwo-record-'))
const secret = randomBytes(32).toString('hex')
const running: Target[] = []
let pile: ComicPile
let database: Clone
let record: GateRecord

beforeAll(async () => {
  writeFileSync(join(place, 'package-lock.json'), '{}')
  cpSync(join(COMIC_PILE, 'usertwo/inventory.json'), join(place, 'usertwo/inventory.json'))
  mkdirSync(join(place, '.usertwo/gate'), { recursive: true })
  pile = await comicPile()
  database = await freshDatabase()
  await pile.seed(database.url)
  await pile.migrate(database, 8)
  const project = { name: 'comic-pile', folder: place, config: pile.config, mutants: {} }
  const go = (phase: number): PhaseResult => ({ phase, name: '', go: true, checks: [], proofs: [], ms: 0 })
  record = await makeRecord(project, [1, 2, 3, 4, 5, 6, 7, 8].map(go), database.url)
}, 180_000)
beforeEach(() => rmSync(join(place, '.usertwo/gate/usertwo.gate.json'), { force: true }))
afterAll(async () => {
  await Promise.all(running.map((target) => target.stop()))
  rmSync(place, { recursive: true, force: true })
})

/** @param more of each phase */
const recorded = (more: Partial<Bound> = {}, phases = record.phases) =>
  writeRecord(join(place, '.usertwo/gate'), {
    ...record,
    phases: Object.fromEntries(Object.entries(phases).map(([phase, go]) => [phase, { ...go, ...more }])),
  })

async function start(dial: number, env: Record<string, string> = {}, config?: Config): Promise<Target> {
  const { startTarget } =
    await built<typeof import('../proof/gate/app/target.js')>('proof/gate/app/target.js')
  const target = await startTarget({
    command: ['node', join(COMIC_PILE, 'server.hardened.js')],
    cwd: place,
    env: {
      ...pile.config.app.env,
      ENVIRONMENT: 'production',
      REGISTRATION: 'open',
      USERTWO_PHASE: String(dial),
      JWT_SECRET: secret,
      DATABASE_URL: database.url,
      CORS_ORIGINS: 'https://app.example.com',
      TRUST_PROXY: '1',
      ...env,
    },
    orders: { edits: [], ...(config && { config }) },
    health: '/health',
  })
  running.push(target)
  return target
}

const ready = async (app: Target) => {
  const { status, json } = await app.ask('GET', '/ready')
  return { status, ...(json as object) }
}
const register = async (app: Target) => {
  const body = { email: `${randomBytes(4).toString('hex')}@example.com`, password: 'a long one for a reader' }
  return (await app.ask('POST', '/api/auth/register', { body })).status
}

test('a dial without a recorded GO stops no start: registration is closed, and the log says from where it was raised', async () => {
  const { 7: _, 8: __, ...phases } = record.phases
  recorded({}, phases)
  const before = await start(6)
  expect(await ready(before)).toMatchObject({ registration: 'open' })
  await before.stop()
  const app = await start(8)
  const why = 'raised from 6 to 8 without a recorded GO'
  expect(await ready(app)).toEqual({ status: 200, ready: true, dial: 8, registration: 'closed', why })
  expect(await register(app)).toBe(403)
  expect(app.output()).toContain(`${why}: registration stays closed; run usertwo gate --record`)
  await app.stop()
  // Again, by a restart; and without any record, as a deployment has it whose record was lost.
  rmSync(join(place, '.usertwo/gate/usertwo.gate.json'))
  const again = await start(8)
  expect(await ready(again)).toMatchObject({ registration: 'closed', why })
})

test('with a record that fits it starts, and anybody may register', async () => {
  recorded()
  const app = await start(8)
  expect(await ready(app)).toEqual({ status: 200, ready: true, dial: 8, registration: 'open' })
  expect(await register(app)).toBe(202)
})

test.each([
  ['configuration', '', () => ({ config: 'of another day' })],
  [
    'schema',
    ': table public.threads (changed)',
    () => ({ schema: { ...record.phases[6]!.schema, 'table public.threads': 'of another day' } }),
  ],
  ['inventory of routes', '', () => ({ routes: 'of another day' })],
])(
  'with another %s than recorded it starts, registration is closed, and GET /ready says why',
  async (what, where, more) => {
    recorded(more())
    const app = await start(8)
    expect(await ready(app)).toEqual({
      status: 200,
      ready: true,
      dial: 8,
      registration: 'closed',
      why: `the ${what} has changed since the recorded GO${where}`,
    })
    expect(await register(app)).toBe(403)
    expect(app.output()).toContain(`the ${what} has changed since the recorded GO`)
  },
)

test('other dependencies than recorded are said, and close nothing', async () => {
  recorded({ lockfile: 'of another day' })
  const app = await start(8)
  expect(await ready(app)).toMatchObject({ registration: 'open' })
  expect(app.output()).toContain('package-lock.json has changed since the recorded GO')
})

test('development needs no record, and keeps registration closed without one', async () => {
  const app = await start(8, { ENVIRONMENT: 'development' })
  expect(await ready(app)).toMatchObject({ registration: 'closed', why: 'no recorded GO for phase 6' })
  expect(await register(app)).toBe(403)
})

test('a registration closed on purpose is explained by its setting', async () => {
  recorded()
  const app = await start(8, { REGISTRATION: 'owner-only' })
  expect(await ready(app)).toMatchObject({ registration: 'closed', why: 'REGISTRATION=owner-only' })
})

test('registration stays closed while a table is not enforced, whatever is recorded, and the table is named', async () => {
  const snapshots = { ...pile.config.tables.snapshots!, enforcement: 'report' } as TableConfig
  const config: Config = { ...pile.config, tables: { ...pile.config.tables, snapshots } }
  const was = database
  // As `gate --record` writes it where the red check is waived.
  database = await freshDatabase()
  try {
    await pile.seed(database.url)
    await migrateTo(database, config, 8)
    const schema = await withClient(database.url, 'test', schemaNow)
    recorded({ config: configPrint(config), schema })
    const app = await start(8, {}, config)
    expect(await ready(app)).toMatchObject({
      registration: 'closed',
      why: 'not enforced yet: snapshots (report)',
    })
    expect(await register(app)).toBe(403)
    // The switch back is the same database with one policy less: no process starts on it before it is
    // migrated.
    await expect(start(8)).rejects.toThrow(
      /lacks public\.snapshots: keys that requests give; public\.snapshots: rows kept apart by user \(enforcement: enforce\).*run: usertwo migrate up --to 8/s,
    )
    await migrateTo(database, pile.config, 8)
    recorded()
    expect(await ready(await start(8))).toMatchObject({ registration: 'open' })
    await expect(start(8, {}, config)).rejects.toThrow(
      /lacks .*public\.snapshots: rows open to everybody signed in \(enforcement: report\)/s,
    )
  } finally {
    database = was
  }
})
