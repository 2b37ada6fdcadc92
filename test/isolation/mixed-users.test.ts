// Requests of two users that share a tick, a batch, a queue or a promise: see mixed-users/ways.mjs. `npx vitest run
// test/isolation/mixed-users.test.ts` prints what each way gives, without the check of answers and with it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  askInBursts,
  type Mixed,
  type MixedUsers,
  mixedDatabase,
  mixedUsers,
} from '../support/mixed-users.js'
import type { Login, NotesDatabase } from '../support/wrapped-app.js'

const WAYS = ['bluebird-uncured', 'dataloader', 'immediate', 'p-queue', 'promises', 'tick']
const PATIENCE = 240_000
let database: NotesDatabase
let app: MixedUsers
const table: Record<string, unknown>[] = []

beforeAll(async () => {
  database = await mixedDatabase()
}, PATIENCE)
afterEach(() => app?.stop())
afterAll(async () => {
  await database?.end()
  console.table(table)
})

async function measured(way: string, env: Record<string, string> = {}): Promise<Mixed> {
  app = await mixedUsers(database, way, { JOINED: 'true', ...env })
  const found = await askInBursts(way, app)
  table.push({ answers: env.ANSWER_FOREIGN_ROWS ? 'not checked' : 'checked', ...found })
  return found
}

test.each(['plain', 'bluebird', 'p-queue-bound'])(
  'U3: an app that mixes nothing is never refused: %s',
  async (way) => {
    const nothing = { way, 'foreign rows': 0, refused: 0, 'own rows missing': 0 }
    expect(await measured(way)).toEqual(nothing)
  },
  PATIENCE,
)

test.each(['dataloader', 'tick'])(
  'U2: requests whose logins are looked up together do not share a tick, so that nothing is mixed by %s',
  async (way) => {
    const nothing = { way, 'foreign rows': 0, refused: 0, 'own rows missing': 0 }
    expect(await measured(way, { JOINED: '' })).toEqual(nothing)
  },
  PATIENCE,
)

/** `npm run test:all` sends 20,000. */
const REQUESTS = process.env.SERIES === 'full' ? 20_000 : 2_000

test('U2: thousands of concurrent requests of two users are never refused', async () => {
  app = await mixedUsers(database, 'plain')
  const { people, idsOf, ask } = app
  const statuses = new Map<number, number>()
  let left = REQUESTS
  const worker = async (who: Login) => {
    const ids = idsOf(who)
    while (left-- > 0) {
      const id = ids[left % ids.length]!
      const requests = [
        () => ask(who, 'GET', `/items/${id}`),
        () => ask(who, 'GET', '/items?nested'),
        () => ask(who, 'GET', '/lists'),
        () => ask(who, 'PATCH', `/items/${id}`, { done: true }),
      ]
      const { status } = await requests[left % requests.length]!()
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 32 }, (_, n) => worker(people[n % 2]!)))
  expect([...statuses]).toEqual([[200, REQUESTS]])
}, 600_000)

test.each(process.env.SERIES === 'full' ? WAYS : WAYS.slice(0, 1))(
  'by %s foreign rows are answered where answers are not checked',
  async (way) => {
    expect((await measured(way, { ANSWER_FOREIGN_ROWS: 'true' }))['foreign rows']).toBeGreaterThan(50)
  },
  PATIENCE,
)

test.each(WAYS)(
  'U2: by %s no foreign row is answered, and the log names route and table',
  async (way) => {
    const found = await measured(way)
    expect(found['foreign rows']).toBe(0)
    expect(found.refused).toBeGreaterThan(50)
    const lines = () => app.said().match(/.*isolation\.foreign-row.*/g) ?? []
    await expect.poll(() => lines().length).toBe(found.refused)
    expect(JSON.parse(lines()[0]!)).toMatchObject({ route: 'GET /items/:id', table: 'items' })
  },
  PATIENCE,
)
