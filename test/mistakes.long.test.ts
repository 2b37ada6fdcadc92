import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { type KeptPile, keptPile } from './support/kept-pile.js'
import { day } from './support/pile-days.js'
import { freshDatabase } from './support/postgres.js'
import { type Account, join, reader } from './support/reader.js'
import { storedOf } from './support/stored.js'

// Each was really made when the original of comic-pile was taken to many users. Those of signing up and in,
// of error answers and logs and of migrations are beside the units that hold them:
// src/phases/4-auth/mistakes.test.ts, src/phases/5-pages/pages.test.ts, src/phases/2-hardening/requests/*.test.ts,
// src/database/migrator.test.ts.

// Some start PostgreSQL or the app, or both, some times.
vi.setConfig({ testTimeout: 90_000 })

const OWNER: Account = { email: 'a@example.com', password: 'first of all the readers' }
const SECOND: Account = { email: 'b@example.com', password: 'second of all the readers' }
const OWNER_ID = 1

describe('on the running app', () => {
  let pile: ComicPile
  let urls: { url: string; adminUrl: string }
  let app: Target
  let tokens: { owner: string; second: string }

  beforeAll(async () => {
    pile = await comicPile()
    urls = await freshDatabase()
    await pile.seed(urls.url)
    await pile.migrate(urls, 8)
    app = await pile.start({ ...urls, dial: 8 })
    tokens = { owner: await join(app, OWNER, pile.claimCode), second: await join(app, SECOND) }
  }, 120_000)
  afterAll(() => pile?.stop())

  test('mistake 1: the owner keeps id 1, and the first sign-up after the migration gets id 2', async () => {
    for (const [token, id] of [
      [tokens.owner, 1],
      [tokens.second, 2],
    ] as const)
      expect(await reader(app, { token }).get('/api/auth/me')).toMatchObject({ id })
  })

  test.each(['false', 'true'])(
    'mistake 2: no page stands where the debug routes were, ENABLE_DEBUG_ROUTES=%s',
    async (on) => {
      const target = await pile.start({ ...urls, dial: 8, env: { ENABLE_DEBUG_ROUTES: on } })
      for (const path of ['/debug', '/debug/', '/debugxyz', '/DEBUG', '/debug/nothing'])
        for (const token of [undefined, tokens.second, tokens.owner])
          expect((await reader(target, { token }).ask('GET', path)).status, path).not.toBe(200)
      for (const path of [
        '/debug/5xx-stats',
        '/DEBUG/5xx-stats',
        '//debug/5xx-stats',
        '/%64ebug/5xx-stats',
      ]) {
        expect((await reader(target).ask('GET', path)).status, path).not.toBe(200)
        expect((await reader(target, { token: tokens.second }).ask('GET', path)).status, path).not.toBe(200)
      }
      const { status } = await reader(target, { token: tokens.owner }).ask('GET', '/debug/5xx-stats')
      expect(status).toBe(on === 'true' ? 200 : 404)
      await target.stop()
    },
  )

  test('mistake 4: serves on the port of PORT', async () => {
    const { port } = new URL(app.url)
    expect(app.output()).toContain(`listening on http://127.0.0.1:${port}`)
    expect((await reader(app).ask('GET', '/health')).status).toBe(200)
  })

  test("mistake 6: A's undo and restore leave B's rows as they are, and B's leave A's", async () => {
    for (const [who, otherId, token] of [
      ['Second', OWNER_ID, tokens.second],
      ['Owner', 2, tokens.owner],
      ['Second again', OWNER_ID, tokens.second],
    ] as const) {
      const before = await storedOf(urls.adminUrl, otherId)
      const answers = await day(reader(app, { token }), who)
      expect(answers.length).toBeGreaterThan(20)
      expect(await storedOf(urls.adminUrl, otherId), who).toEqual(before)
    }
    const kept = await storedOf(urls.adminUrl, 2)
    expect(kept.threads!.length * kept.snapshots!.length * kept.events!.length).toBeGreaterThan(0)
  })
})

describe('with a database of its own', () => {
  let pile: KeptPile
  beforeAll(async () => {
    pile = await keptPile('table owner')
  }, 120_000)
  afterAll(() => pile?.close())

  test('mistake 3: a start before the migration is refused with what to run, and the migration runs twice', async () => {
    await expect(pile.start({ dial: 8 })).rejects.toThrow(/usertwo migrate up/)
    await pile.migrate(8)
    await pile.migrate(8)
    await (await pile.start({ dial: 8 })).stop()
  })

  test('mistake 5: serves although the database comes up ten seconds after the app, and /ready is 503 while it is away', async () => {
    await pile.stopDatabase()
    const starting = pile.start({ dial: 8 })
    await sleep(10_000)
    await pile.startDatabase()
    const app = await starting
    const token = await join(app, OWNER, pile.claimCode)
    expect(await reader(app, { token }).get('/api/threads/')).toHaveLength(20)

    const ready = async () => {
      const { status, json } = await app.ask('GET', '/ready')
      return [status, (json as { why?: string }).why]
    }
    expect((await ready())[0]).toBe(200)
    await pile.stopDatabase()
    await vi.waitFor(async () => expect(await ready()).toEqual([503, 'the database does not answer']), 10_000)
    await pile.startDatabase()
    await vi.waitFor(async () => expect((await ready())[0]).toBe(200), 20_000)
  }, 180_000)
})
