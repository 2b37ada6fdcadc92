// Whole libraries that mix the users of one process: see mixed-users/libraries.mjs. They are installed for this test.
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook } from '../support/leaky-notebook.js'
import {
  askInBursts,
  type Mixed,
  type MixedUsers,
  mixedDatabase,
  mixedUsers,
} from '../support/mixed-users.js'
import { installMixingLibraries } from '../support/mixing-libraries.js'
import { type Running, startUnedited } from '../support/unedited.js'
import type { NotesDatabase } from '../support/wrapped-app.js'

const libraries = await installMixingLibraries()
const LIBRARIES = libraries?.folder ?? ''
const APP = fileURLToPath(new URL('mixed-users', import.meta.url))
const PATIENCE = 240_000
/** An entity manager per request, and clients of Prisma that `scope()` was given. */
const KEPT_APART = ['mikro-orm-forked', 'prisma-scoped', 'prisma-scoped-pool']
afterAll(() => libraries?.remove())

describe.skipIf(!libraries)('requests of two users in bursts', () => {
  let database: NotesDatabase
  let app: MixedUsers | undefined
  const table: Record<string, unknown>[] = []

  beforeAll(async () => {
    database = await mixedDatabase()
  }, PATIENCE)
  afterEach(() => app?.stop())
  afterAll(async () => {
    await database?.end()
    console.table(table)
  })

  async function measured(way: string, env: Record<string, string>): Promise<Mixed> {
    app = await mixedUsers(database, way, { JOINED: 'true', LIBRARIES, ...env })
    const found = await askInBursts(way, app)
    table.push({ answers: env.ANSWER_FOREIGN_ROWS ? 'not checked' : 'checked', ...found })
    return found
  }

  test.each([
    ['prisma-hidden', '', 50],
    ['prisma-hidden', 'true', 50],
    ['mikro-orm', '', 0],
    ['mikro-orm', 'true', 0],
  ])(
    'by %s foreign rows are answered: it copies what it reads, which the check of answers does not see (off: %o)',
    async (way, ANSWER_FOREIGN_ROWS, missing) => {
      const found = await measured(way, { ANSWER_FOREIGN_ROWS })
      expect(found['foreign rows']).toBeGreaterThan(50)
      expect(found['own rows missing']).toBeGreaterThanOrEqual(missing)
      expect(found.refused).toBe(0)
    },
    PATIENCE,
  )

  test.each(KEPT_APART)(
    'by %s nothing is mixed, also where answers are not checked',
    async (way) => {
      const nothing = { way, 'foreign rows': 0, refused: 0, 'own rows missing': 0 }
      expect(await measured(way, { ANSWER_FOREIGN_ROWS: 'true' })).toEqual(nothing)
    },
    PATIENCE,
  )
})

describe.skipIf(!libraries)('isolation.foreign-at-once', () => {
  const mixing = leakyNotebook('isolation/mixed-users')
  const look = (WAY: string, dangerouslyAnswerForeignRows: boolean) =>
    mixing.lookAll(
      'isolation.foreign-at-once',
      [],
      {},
      undefined,
      {},
      { WAY, LIBRARIES },
      { dangerouslyAnswerForeignRows },
    )

  test.each([
    ['prisma-hidden', false],
    ['prisma-hidden', true],
    ['mikro-orm', false],
    ['mikro-orm', true],
  ])(
    'U1: says whose row was shown to whom by %s (answers that are not checked: %o)',
    async (way, isUnchecked) => {
      const said = (await look(way, isUnchecked)).problems.map(inWords)
      for (const who of ['other', 'third'])
        expect(said).toContainEqual(
          expect.stringMatching(
            new RegExp(`^GET /items/:id: .*: items\\.name of the owner was shown to ${who}`),
          ),
        )
      if (way === 'prisma-hidden')
        expect(said).toContainEqual(
          expect.stringMatching(/^GET \/items\/:id: .*: an own row of other is missing/),
        )
    },
    PATIENCE,
  )

  test.each(KEPT_APART)(
    'finds nothing by %s, also where answers are not checked',
    async (way) => {
      const { problems, exercised } = await look(way, true)
      expect(problems).toEqual([])
      expect(exercised).toBeGreaterThan(150)
    },
    PATIENCE,
  )
})

describe.skipIf(!libraries)('Prisma', () => {
  let database: NotesDatabase
  let running: Running | undefined

  beforeAll(async () => {
    database = await mixedDatabase()
  }, PATIENCE)
  afterEach(() => running?.stop())
  afterAll(() => database?.end())

  test.each([
    ['with the two edits', 'server.hardened.mjs'],
    ['under run', 'server.mjs'],
  ])(
    'U3: ends the start %s, by its name, its version and the line that loads it',
    async (how, server) => {
      const env = { DATABASE_URL: database.url, WAY: 'prisma', LIBRARIES }
      running = startUnedited(['node', server], env, { bare: how !== 'under run', cwd: APP })
      expect(await running.ended).toBe(1)
      expect(running.said()).toMatch(
        /@prisma\/client 7\.10\.0 \(.*\), loaded by libraries\.mjs:\d+, joins the reads/,
      )
    },
    PATIENCE,
  )

  test(
    'U3: gets no connection where it is loaded after the start, and the app goes on',
    async () => {
      const app = await mixedUsers(database, 'prisma-late', { LIBRARIES })
      try {
        const [first] = database.people
        expect((await app.ask(first!, 'GET', '/items/1001')).status).toBe(500)
        expect(app.said()).toMatch(/@prisma\/client, loaded after the start \(@prisma\/adapter-pg 7\.10\.0: /)
        expect((await app.ask(first!, 'GET', '/items')).status).toBe(200)
      } finally {
        await app.stop()
      }
    },
    PATIENCE,
  )
})

const inWords = ({ route, what }: Evidence) => `${route}: ${what}`
