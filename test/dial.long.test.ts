import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type KeptPile, keptPile, type Login } from './support/kept-pile.js'
import { day, everything, type Thread } from './support/pile-days.js'
import { type Account, join, type Reader, reader } from './support/reader.js'
import { storedOf } from './support/stored.js'

// Each step starts PostgreSQL or the app, or both, some times.
vi.setConfig({ testTimeout: 90_000 })

const OWNER: Account = { email: 'a@example.com', password: 'first of all the readers' }
const SECOND: Account = { email: 'b@example.com', password: 'second of all the readers' }
const CANARY = 'Bcanary'
/** The times at which the compared answers are requested, and at which the recorded reading takes place. */
const MORNING = Date.UTC(2026, 0, 16, 8)
const EVENING = Date.UTC(2026, 0, 16, 20)

describe.each<Login>(['plain login', 'table owner', 'doctored superuser'])(
  'P5: the dial from 8 to 0 and up again, the app connected as %s',
  (login) => {
    let pile: KeptPile
    let before: Record<string, unknown>
    let stored: Record<string, string[]>
    let seenBySecond: Record<string, unknown>
    let tokens: { owner: string; second: string }
    let secondId = 0
    const storedOfSecond = () => storedOf(pile.adminUrl(), secondId)
    const second = (target: Parameters<typeof reader>[0]) =>
      reader(target, { token: tokens.second, at: EVENING })

    beforeAll(async () => {
      pile = await keptPile(login)
      const first = await pile.start({ dial: 0, bare: true })
      before = await everything(reader(first, { at: MORNING }))
      await first.stop()
      await pile.migrate(8)
    }, 120_000)
    afterAll(() => pile?.close())

    test('at 8 the second person reads and writes a pile of their own', async () => {
      const app = await pile.start({ dial: 8 })
      tokens = { owner: await join(app, OWNER, pile.claimCode), second: await join(app, SECOND) }
      secondId = (await second(app).get<{ id: number }>('/api/auth/me')).id
      await day(second(app), CANARY)
      await second(app).send('PUT', '/api/admin/settings', { start_die: 20, session_gap_hours: 9 })
      seenBySecond = await everything(second(app))
      stored = await storedOfSecond()
      for (const [table, rows] of Object.entries(stored)) expect(rows, table).not.toEqual([])
      await app.stop()
    })

    test('on the way down the owner is shown their threads as before, and the second person nothing of them', async () => {
      await pile.restartDatabase()
      // Each dial once; the login matters only if the toolkit looks the user up in the database.
      for (const dial of login === 'table owner' ? [7, 6, 5, 4, 3, 2, 1] : [6, 5]) {
        const app = await pile.start({ dial })
        const owner = reader(app, { at: MORNING, ...(dial >= 6 && { token: tokens.owner }) })
        expect(await owner.get('/api/threads/'), `dial ${dial}`).toEqual(before.threads)
        if (dial >= 6) expect(await second(app).get('/api/threads/')).toEqual(seenBySecond.threads)
        if (dial === 4 || dial === 5) {
          const answer = await second(app).ask('GET', '/api/threads/')
          expect([answer.status, answer.body.includes(CANARY)], `dial ${dial}`).toEqual([503, false])
        }
        await app.stop()
      }
      expect(await storedOfSecond()).toEqual(stored)
    })

    const dialedBack = async (bare: boolean, mark: string) => {
      await pile.restartDatabase()
      const app = await pile.start({ dial: 0, bare })
      const owner: Reader = reader(app, { at: EVENING })
      const answers = await day(owner, mark)
      answers.push(
        await owner.ask('GET', '/api/admin/export/json/'),
        await owner.ask('GET', '/api/admin/export/csv/'),
        await owner.ask('GET', '/api/threads/active'),
      )
      expect(answers.filter(({ status }) => status > 299).map(({ status, body }) => [status, body])).toEqual(
        [],
      )
      expect(answers.filter(({ body }) => body.includes(CANARY))).toEqual([])
      const theirs = ((await everything(second(app))).threads as Thread[]).map(({ title }) => title)
      expect(theirs).toContain(`${mark} last`)
      await app.stop()
      expect(await storedOfSecond()).toEqual(stored)
    }

    test('at 0 every answer to the owner is the one from before', async () => {
      const app = await pile.start({ dial: 0 })
      expect(await everything(reader(app, { at: MORNING }))).toEqual(before)
      await app.stop()
      const bare = await pile.start({ dial: 0, bare: true })
      // The owner column is no longer removed from `select *`.
      const settings = { ...(before['/api/admin/settings'] as object), user_id: 1 }
      expect(await everything(reader(bare, { at: MORNING }))).toEqual({
        ...before,
        '/api/admin/settings': settings,
      })
      await bare.stop()
    })

    test('at 0 the old code reads, writes, undoes and restores as the owner, and leaves the rows of the other alone', () =>
      dialedBack(false, 'wrapped'))

    test('with usertwo gone from its code too', () => dialedBack(true, 'bare'))

    test('up again at 8 the second person is back with everything, on the login from before', async () => {
      await pile.restartDatabase()
      const app = await pile.start({ dial: 8 })
      expect(await everything(second(app))).toEqual(seenBySecond)
      expect(await storedOfSecond()).toEqual(stored)
      const owned = await reader(app, { token: tokens.owner, at: EVENING }).get<Thread[]>('/api/threads/')
      const titles = owned.map(({ title }) => title)
      expect(titles).toContain('bare last')
      expect(titles.join()).not.toContain(CANARY)
      await day(second(app), 'again')
      await app.stop()
    })
  },
)

describe('a superuser login that is not set to a plain role', () => {
  let pile: KeptPile
  beforeAll(async () => {
    pile = await keptPile('superuser')
    await pile.migrate(8)
  }, 120_000)
  afterAll(() => pile?.close())

  test.each([6, 8])('does not start at dial %i, and says what to do', async (dial) => {
    await expect(pile.start({ dial })).rejects.toThrow(/pile_boss.*superuser[\s\S]*ALTER ROLE "?pile_boss"?/)
  })

  test('starts below 6, where users are not separated', async () => {
    const app = await pile.start({ dial: 5 })
    expect(await reader(app).get<Thread[]>('/api/threads/')).toHaveLength(20)
    await app.stop()
  })
})
