// The journal through all its steps on one database, and back: each step adds what it should, and nothing is
// lost.
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { STEPS } from '../cli/rollout/steps.js'
import type { Ask } from '../proof/gate/app/http.js'
import type { Target } from '../proof/gate/gate.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { withClient } from '../src/database/with-client.js'
import { type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'

const PASSWORD = 'a long one for each of the two'
const OWNER = 'owner@journal.example'
const ANN = 'ann@journal.example'
/** What the example is gated with is raised step by step here. */
const OFF = { JOURNAL_TOKEN_STYLE: '', JOURNAL_AUTH_COOKIE_REFRESH: '', JOURNAL_METRICS: '' }
const ORIGIN = 'https://journal.example.com'
const PRODUCTION = {
  ENVIRONMENT: 'production',
  NODE_ENV: 'production',
  CORS_ORIGINS: ORIGIN,
  TRUST_PROXY: '1',
  // On the way down two users exist, and below 6 production requires this setting.
  USERTWO_OPEN_TO_STRANGERS: 'true',
}

const apps: ComicPile[] = []
afterAll(async () => {
  for (const app of apps) await app.stop()
})

const AFTER = {
  development: ['schema', ...STEPS.slice(1).map(({ name }) => name)],
  production: STEPS.slice(1).map(({ name }) => name),
}

describe.each([
  ['development', { ENVIRONMENT: 'development' }],
  ['production', PRODUCTION],
] as const)('in the settings of %s', (where, environment) => {
  let app: ComicPile
  let database: Clone
  let stored: unknown
  /** the cookie that a browser has from the step with cookies */
  let kept = ''

  /** The app with all steps up to this one; `begin` asks it. */
  async function at(step: string | null, begin: (target: Target) => Promise<void>): Promise<void> {
    const raised = STEPS.slice(0, STEPS.findIndex(({ name }) => name === step) + 1).map(({ set }) => set)
    const { USERTWO_PHASE: dial = '0', ...flags } = Object.assign({}, ...raised) as Record<string, string>
    const own = Object.fromEntries(Object.entries(flags).map(([name, value]) => [`JOURNAL_${name}`, value]))
    const ops = { ENABLE_INTERNAL_OPS_ROUTES: 'true' }
    const target = await app.start({
      url: database.url,
      dial: Number(dial),
      env: { ...OFF, ...environment, ...ops, ...own },
    })
    await begin(target)
    await target.stop()
  }
  const rows = () =>
    withClient(database.adminUrl, 'test', async (client) => {
      const { rows } = await client.query(
        `select (select json_agg(e order by id) from entries e) as entries, (select json_agg(c order by id) from comments c) as comments,
           (select json_agg(d order by id) from drafts d) as drafts, (select json_agg(u order by id) from users u) as users`,
      )
      return rows[0]
    })

  const post = (target: Target, path: string, body: object, how: Ask = {}) =>
    target.ask('POST', `/api/auth${path}`, {
      ...how,
      body,
      headers: { origin: where === 'production' ? ORIGIN : target.url, ...how.headers },
    })
  async function logIn(target: Target, email: string) {
    const answer = await post(target, '/login', { email, password: PASSWORD })
    expect(answer.status, answer.body).toBe(200)
    const given = answer.json as { access_token: string; refresh_token?: string }
    return { ...given, cookies: cookiesOf(answer.headers['set-cookie']) }
  }
  /** As a browser sends them: the refresh cookie counts beside the one it is bound to. */
  const together = (cookies: Record<string, string>) =>
    Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')
  const bearer = (token: string): Ask => ({ headers: { authorization: `Bearer ${token}` } })
  /** Drafts are private to their author, while entries are read by all users. */
  const titles = async (target: Target, how?: Ask) => {
    const { status, body } = await target.ask('GET', '/api/v1/drafts', how)
    return status === 200 ? [...body.matchAll(/"title":"([^"]*)"/g)].map(([, title]) => title) : status
  }
  /** The demo login answers as long as no users exist. */
  const demo = async (target: Target) => {
    const { status, json } = await post(target, '/login', { username: 'demo', password: 'demo' })
    return status === 200 && (json as { token_type: string }).token_type === 'bearer'
  }

  /** What is true at a step, on the way up and down. */
  const holds: Record<string, (target: Target) => Promise<void>> = {
    async schema(target) {
      expect(await demo(target)).toBe(true)
      expect(await titles(target)).not.toContain('by ann')
      expect((await post(target, '/register', {})).status).toBe(404)
    },
    async login(target) {
      expect(await demo(target)).toBe(false)
      const { access_token, refresh_token } = await logIn(target, OWNER)
      expect(refresh_token).toBeUndefined()
      expect((await post(target, '/refresh', { refresh_token: 'x' })).status).toBe(404)
      expect(await titles(target, bearer(access_token))).toEqual(await titles(target))
    },
    async rotation(target) {
      const { access_token, refresh_token } = await logIn(target, OWNER)
      expect(await titles(target, bearer(access_token))).not.toContain('by ann')
      const next = await post(target, '/refresh', { refresh_token })
      expect(next.status, next.body).toBe(200)
      expect((next.json as { refresh_token: string }).refresh_token).not.toBe(refresh_token)
      expect((await post(target, '/refresh', { refresh_token })).status).toBe(401)
    },
    async ownership(target) {
      expect(await titles(target)).toBe(401)
      const ann = await logIn(target, ANN)
      expect(await titles(target, bearer(ann.access_token))).toEqual(['by ann'])
      const owner = await logIn(target, OWNER)
      expect(await titles(target, bearer(owner.access_token))).not.toContain('by ann')
    },
    async web(target) {
      const page = await target.ask('GET', '/', {
        headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      })
      expect([page.status, page.headers.location]).toEqual([302, '/auth/login?next=%2F'])
      const { refresh_token } = await logIn(target, ANN)
      expect(refresh_token).toBeDefined()
    },
    async cookie(target) {
      const { refresh_token, cookies } = await logIn(target, ANN)
      expect(refresh_token).toBeUndefined()
      const cookie = together(cookies)
      const next = await post(target, '/refresh', {}, { headers: { cookie } })
      expect(next.status, next.body).toBe(200)
      const given = cookiesOf(next.headers['set-cookie']).refresh_token
      expect(given).not.toBe(cookies.refresh_token)
      kept = `refresh_token=${given}`
      expect(Object.keys(next.json as object).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
    },
    async metrics(target) {
      const { access_token } = await logIn(target, OWNER)
      const { status, body } = await target.ask('GET', '/metrics', bearer(access_token))
      expect(status, body).toBe(200)
      expect(body).toContain('journal_entries_written_total')
      expect(body).toContain('auth_login_success_total{provider="password"} 1')
    },
  }

  test('every step on the way up has what it brings, and those before it go on', async () => {
    app = await comicPile(JOURNAL)
    apps.push(app)
    database = await freshDatabase()
    await app.seed(database.url)
    for (const step of AFTER[where]) {
      const dial = STEPS.find(({ name }) => name === step)!.set.USERTWO_PHASE
      if (dial) await app.migrate(database, Number(dial))
      await at(step, async (target) => {
        if (step === 'login')
          expect((await register(target, OWNER, { claim_code: app.claimCode })).status).toBe(202)
        if (step === 'ownership') {
          expect((await register(target, ANN)).status).toBe(202)
          const { access_token } = await logIn(target, ANN)
          const draft = { title: 'by ann', body: randomUUID() }
          const made = await target.ask('POST', '/api/v1/drafts', { body: draft, ...bearer(access_token) })
          expect(made.status, made.body).toBe(201)
        }
        await holds[step]!(target)
      })
    }
    stored = await rows()
    expect(JSON.stringify(stored)).toContain('by ann')
  }, 240_000)

  test('every step back is the one before again, and no row is lost', async () => {
    const all = [...AFTER[where]].reverse().slice(1)
    // Each way back is gone in development; here one by a flag, and one across the dial.
    const back = where === 'development' ? all : all.filter((name) => /^(?:web|rotation)$/.test(name))
    for (const step of back)
      await at(step, async (target) => {
        await holds[step]!(target)
        if (step === 'rotation' || step === 'login') {
          const { access_token } = await logIn(target, ANN)
          expect(await titles(target, bearer(access_token))).toBe(503)
        }
        if (step === 'web') {
          // What a browser still has of the cookie is cleared where it is met.
          const cleared = await post(target, '/logout', {}, { headers: { cookie: kept } })
          expect(cookiesOf(cleared.headers['set-cookie']).refresh_token).toBe('')
        }
      })
    expect(await rows()).toEqual(stored)
    await at('metrics', async (target) => {
      await holds.metrics!(target)
      const { access_token } = await logIn(target, ANN)
      expect(await titles(target, bearer(access_token))).toEqual(['by ann'])
    })
    expect(await rows()).toEqual(stored)
  }, 240_000)

  function register(target: Target, email: string, more: object = {}) {
    return post(target, '/register', { email, password: PASSWORD, ...more })
  }
})

function cookiesOf(given: string | string[] | undefined): Record<string, string> {
  return Object.fromEntries(
    [given ?? []].flat().map((line) => {
      const [name = '', value = ''] = line.split(';', 1)[0]!.split('=')
      return [name, value]
    }),
  )
}
