import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'

const PRODUCTION = { ENVIRONMENT: 'production', CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' }
const REFUSED = /may not change the schema; refused: create table "agent_metrics"\./

let pile: ComicPile
let url: string
let admin: pg.Client

beforeAll(async () => {
  pile = await comicPile()
  const database = await freshDatabase()
  url = database.url
  await pile.seed(url)
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
})
afterAll(async () => {
  await pile?.stop()
  await admin?.end()
})

const exists = async () => {
  const { rows } = await admin.query(`select to_regclass('public.agent_metrics') is not null as there`)
  return rows[0].there as boolean
}

describe('H4: an app that makes its tables at start', () => {
  test('starts in production where nothing is missing, and says nothing of the schema', async () => {
    const app = await pile.start({ url, dial: 2, env: PRODUCTION })
    expect((await app.ask('GET', '/api/threads/')).status).toBe(200)
    expect(app.output()).not.toContain('change the schema')
    await app.stop()
  })

  test.each([2, 3])('is refused by the name of the statement at dial %i, and still answers', async (dial) => {
    await admin.query('drop table if exists agent_metrics')
    if (dial >= 3) await pile.migrate({ url }, dial)
    const app = await pile.start({ url, dial, env: PRODUCTION })
    expect(app.output()).toMatch(REFUSED)
    expect((await app.ask('GET', '/health')).status).toBe(200)
    expect((await app.ask('GET', '/api/threads/')).status).toBe(200)
    expect(await exists()).toBe(false)
    await app.stop()
  })

  test.each([
    ['at dial 1, where the app is as it was', 1, PRODUCTION],
    ['in development', 2, { ENVIRONMENT: 'development' }],
  ])('makes them %s', async (_where, dial, env) => {
    await admin.query('drop table if exists agent_metrics')
    const app = await pile.start({ url, dial, env })
    expect(app.output()).not.toContain('change the schema')
    expect(await exists()).toBe(true)
    await app.stop()
  })
})
