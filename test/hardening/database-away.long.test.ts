import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../../proof/gate/gate.js'
import { type ComicPile, comicPile } from '../support/comic-pile.js'
import { freshDatabase } from '../support/postgres.js'

/** How long a login may take before its client gets a Retry-After. ms */
const PATIENCE = 15_000
const AT_ONCE = 30

let pile: ComicPile
let app: Target
let admin: pg.Client
beforeAll(async () => {
  pile = await comicPile()
  const database = await freshDatabase()
  await pile.seed(database.url)
  await pile.migrate(database, 8)
  app = await pile.start({ url: database.url, dial: 8, realTime: true })
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin?.end()
  await pile?.stop()
})

const login = (last: number) =>
  app.ask('POST', '/api/auth/login', {
    as: { name: 'visitor', address: `127.0.43.${last}`, headers: {} },
    body: { email: `p${last}@example.com`, password: 'not a password here' },
    timeout: 40_000,
  })

test('case 119: with every connection held, logins get a Retry-After, and recover', async () => {
  await admin.query('begin; lock table users in access exclusive mode')
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => login(n + 1)))
  const slowest = Math.max(...answers.map(({ ms }) => ms))
  const statuses = [...new Set(answers.map(({ status }) => status))]
  console.log(
    `${AT_ONCE} logins with the table locked: ${statuses}, the slowest after ${Math.round(slowest)} ms`,
  )
  await admin.query('rollback')
  expect(statuses).toEqual([503])
  expect(slowest).toBeLessThan(PATIENCE)
  expect(answers[0]!.json).toMatchObject({ code: 'unavailable' })
  expect((await login(200)).status).toBe(401)
})
