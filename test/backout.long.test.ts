import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsequenceId, consequences } from '../cli/backout/consequences.js'
import type { Ask } from '../proof/gate/app/http.js'
import type { Target } from '../proof/gate/gate.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { storedOf } from './support/stored.js'

const PASSWORD = 'a long one for each of the two'
const CANARY = 'the second reader’s canary'
const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

let pile: ComicPile
let database: Clone
let tokens: { owner: string; second: string }
let secondId: number
let stored: string

async function login(app: Target, email: string, more: object): Promise<string> {
  const body = { email, password: PASSWORD }
  const registered = await app.ask('POST', '/api/auth/register', { body: { ...body, ...more } })
  expect(registered.status, registered.body).toBe(202)
  const { json } = await app.ask('POST', '/api/auth/login', { body })
  return (json as { access_token: string }).access_token
}

const theirs = async () => JSON.stringify(await storedOf(database.adminUrl, secondId))

beforeAll(async () => {
  pile = await comicPile()
  database = await freshDatabase()
  await pile.seed(database.url)
  await pile.migrate(database, 8)
  const app = await pile.start({ url: database.url, dial: 8 })
  const owner = await login(app, 'owner@example.com', { claim_code: pile.claimCode })
  const second = await login(app, 'second@example.com', {})
  tokens = { owner, second }
  const thread = { title: CANARY, format: 'Comic', issues_remaining: 5 }
  const made = await app.ask('POST', '/api/threads/', { ...as('second'), body: thread })
  expect(made.status, made.body).toBeLessThan(300)
  secondId = ((await app.ask('GET', '/api/auth/me', as('second'))).json as { id: number }).id
  stored = await theirs()
  expect(stored).toContain(CANARY)
  await app.stop()
}, 180_000)
afterAll(() => pile?.stop())

function as(who: 'owner' | 'second'): Ask {
  return { headers: { authorization: `Bearer ${tokens[who]}` } }
}

const OWNERS = /"title":"(?!the second)/

/** Whether each sentence is true of a running app: asked of every dial, also of those it is not said of. */
const isTrue: Record<ConsequenceId, (app: Target) => Promise<boolean>> = {
  'open-as-owner': async (app) => {
    const { status, body } = await app.ask('GET', '/api/threads/')
    return status === 200 && OWNERS.test(body)
  },
  'login-required': async (app) =>
    (await app.ask('GET', '/api/threads/')).status === 401 &&
    (await app.ask('GET', '/health')).status === 200,
  'pages-guarded': async (app) => {
    const { status, headers } = await app.ask('GET', '/queue', { headers: PAGE })
    return status === 302 && String(headers.location).startsWith('/auth/login')
  },
  'no-logins': async (app) => {
    const body = { email: 'owner@example.com', password: PASSWORD }
    return (await app.ask('POST', '/api/auth/login', { body })).status === 404
  },
  // comic-pile has no demo login: journal-flags.long.test.ts tries what becomes of one.
  'demo-login-answers': async () => false,
  'retired-routes-answer': async (app) =>
    (await app.ask('GET', '/api/threads/active', as('owner'))).status === 200,
  'ops-routes-answer': async (app) => (await app.ask('GET', '/api/tasks/', as('owner'))).status === 200,
  'hardening-off': async (app) =>
    (await app.ask('GET', '/health')).headers['x-content-type-options'] === undefined,
  'registration-closed': async (app) => {
    const body = { email: `${Math.random()}@example.com`, password: PASSWORD }
    return (await app.ask('POST', '/api/auth/register', { body })).status !== 202
  },
  'others-work': async (app) => {
    const { body } = await app.ask('GET', '/api/threads/', as('second'))
    return body.includes(CANARY) && !OWNERS.test(body)
  },
  'others-unavailable': async (app) => (await app.ask('GET', '/api/threads/', as('second'))).status === 503,
  'others-see-owner': async (app) => {
    const { status, body } = await app.ask('GET', '/api/threads/', as('second'))
    return status === 200 && !body.includes(CANARY) && OWNERS.test(body)
  },
  'rows-kept': async () => (await theirs()) === stored,
}

async function truths(app: Target): Promise<string[]> {
  const found: string[] = []
  for (const [id, holds] of Object.entries(isTrue)) if (await holds(app)) found.push(id)
  return found.sort()
}

const said = (to: number, withoutUsers = false) =>
  consequences({ config: pile.config, to, others: 1, withoutUsers })
    .map(({ id }) => id)
    .sort()

test.each([7, 6, 5, 4, 3, 2, 1, 0])(
  'at %i every printed consequence holds, and no other does',
  async (to) => {
    const app = await pile.start({ url: database.url, dial: to })
    expect(await truths(app)).toEqual(said(to))
    await app.stop()
  },
)

test('the same at 5 with users switched off', async () => {
  const app = await pile.start({ url: database.url, dial: 5, env: { USER_MGMT_ENABLED: 'false' } })
  expect(await truths(app)).toEqual(said(5, true))
  await app.stop()
})

test('afterwards, at 8 again, the second person goes on with the login and the rows from before', async () => {
  const app = await pile.start({ url: database.url, dial: 8 })
  expect(await isTrue['others-work'](app)).toBe(true)
  await app.stop()
})
