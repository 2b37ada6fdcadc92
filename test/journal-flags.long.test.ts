// The journal with every flag off: what it answered before usertwo, the demo login included, byte for byte.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { CLOCK_HEADER } from '../proof/gate/preload/orders.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { refuseDemoLogin } from '../src/config/demo-login.js'
import { parseSettings } from '../src/config/settings.js'
import type { ConfigError } from '../src/core/config-error.js'
import { type ComicPile, comicPile, JOURNAL } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { rawRequest, statusOf } from './support/raw-http.js'

/** What the example is gated with; all of it off. */
const OFF = Object.fromEntries(
  ['TOKEN_STYLE', 'AUTH_COOKIE_REFRESH', 'REFRESH_GRACE_SECONDS', 'PASSWORD_HASH', 'METRICS'].map((name) => [
    `JOURNAL_${name}`,
    '',
  ]),
)
const DEMO = { username: 'demo', password: 'demo' }
/** One for both, or a token of the demo login would be another in each. */
const SECRET = { JOURNAL_SECRET: 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya' }
const NOON = String(Date.UTC(2026, 5, 1, 12))

type Asked = [line: string, body?: object, headers?: Record<string, string>]

/** Paths that come with usertwo, and that the journal does not have. */
const NEW: Asked[] = [
  ['POST /api/auth/register', { email: 'a@example.com', password: 'a long enough one' }],
  ['POST /api/auth/verify-email', { token: 'x' }],
  ['POST /api/auth/verify-email/resend', { email: 'a@example.com' }],
  ['POST /api/auth/password/forgot', { email: 'a@example.com' }],
  ['POST /api/auth/reauth', { password: 'x' }],
  ['GET /api/auth/csrf'],
  ['GET /api/auth/config'],
  ['GET /api/auth/sessions'],
  ['DELETE /api/auth/sessions'],
  ['GET /api/auth/continue?next=/'],
  ['GET /api/auth/client.js'],
  ['GET /api/auth/jwks.json'],
  ['GET /auth/login'],
  ['POST /auth/login', DEMO],
  ['GET /auth/register'],
  ['GET /auth/account'],
  ['GET /auth/outbox'],
]
/** Requests to features that do not exist yet. */
const NOT_YET: Asked[] = [
  ['POST /api/auth/totp/enrol', {}],
  ['POST /api/auth/totp/verify', { code: '123456' }],
  ['POST /api/auth/totp/confirm', { code: '123456' }],
  ['POST /api/auth/webauthn/register/options', {}],
  ['POST /api/auth/webauthn/login/options', {}],
  ['GET /api/auth/oauth/google/connect'],
  ['GET /api/auth/oauth/google/callback?code=x&state=y'],
  ['GET /auth/privacy'],
]

let app: ComicPile
let database: Clone
let bare: Target
/** What the journal has itself, with what its demo login has given. */
let own: Asked[]
beforeAll(async () => {
  app = await comicPile(JOURNAL)
  database = await freshDatabase()
  await app.seed(database.url)
  await app.migrate(database, 5)
  bare = await app.start({ url: database.url, dial: 0, bare: true, env: SECRET })
  const { json } = await bare.ask('POST', '/api/auth/login', {
    body: DEMO,
    headers: { [CLOCK_HEADER]: NOON },
  })
  const { access_token, refresh_token } = json as Record<string, string>
  const { json: list } = await bare.ask('GET', '/api/v1/entries')
  const [entry] = (list as { entries: { id: string }[] }).entries
  const bearer = { authorization: `Bearer ${access_token}` }
  own = [
    ['POST /api/auth/login', DEMO],
    ['POST /api/auth/login', { ...DEMO, password: 'wrong' }],
    ['POST /api/auth/login', { username: 'demo' }],
    ['POST /api/auth/refresh', { refresh_token: refresh_token! }],
    ['POST /api/auth/refresh', { refresh_token: access_token! }],
    ['GET /api/auth/me', undefined, bearer],
    ['GET /api/auth/me'],
    ['POST /api/auth/logout', {}],
    ['POST /api/auth/logout', undefined, { ...bearer, cookie: 'refresh_token=x; csrftoken=y; usertwo=z' }],
    ['GET /'],
    [`GET /entries/${entry!.id}`],
    ['GET /entries/new'],
    ['GET /stats'],
    ['GET /api/v1/entries?q=a'],
    [`GET /api/v1/entries/${entry!.id}`, undefined, bearer],
    ['GET /api/v1/drafts'],
    ['POST /api/v1/entries', { title: '' }],
    ['GET /static/journal.js'],
    ['HEAD /'],
    ['GET /nothing/here'],
    ['GET /api/nothing'],
  ]
}, 180_000)
afterAll(() => app?.stop())

/** Status, headers in their order, body, as they come; but the date, and what a test’s processes are known by. */
async function answerOf({ url }: Pick<Target, 'url'>, [line, body, headers = {}]: Asked): Promise<string> {
  const text = body ? JSON.stringify(body) : ''
  const all = {
    host: 'localhost:80',
    connection: 'close',
    [CLOCK_HEADER]: NOON,
    ...(body && { 'content-type': 'application/json', 'content-length': String(text.length) }),
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const answer = await rawRequest(
    Number(new URL(url).port),
    `${line} HTTP/1.1\r\n${head.join('')}\r\n${text}`,
  )
  return answer.replace(/^(?:Date|x-gate-\w+): .*\r\n/gm, '')
}

/** What hardening says about every answer, and what it takes away. */
const DECLARED =
  /^(?:x-powered-by|x-request-id|content-security-policy(?:-report-only)?|cross-origin-\w+-policy|origin-agent-cluster|referrer-policy|strict-transport-security|x-content-type-options|x-dns-prefetch-control|x-download-options|x-frame-options|x-permitted-cross-domain-policies|x-xss-protection|permissions-policy|vary|cache-control|ratelimit.*): /i

function beside(answer: string): string {
  const [head, ...body] = answer.split('\r\n\r\n')
  return [
    head!
      .split('\r\n')
      .filter((one) => !DECLARED.test(one))
      .join('\n'),
    ...body,
  ].join('\n\n')
}

describe.each([
  ['at dial 0', 0, {}],
  ['at dial 3', 3, {}],
  ['at dial 4 without users', 4, { JOURNAL_USER_MGMT_ENABLED: 'false' }],
  ['at dial 5 without users', 5, { USER_MGMT_ENABLED: 'off' }],
])('%s', (_where, dial, env) => {
  let wrapped: Target
  const compared = dial === 0 ? (answer: string) => answer : beside
  beforeAll(async () => {
    wrapped = await app.start({ url: database.url, dial, env: { ...OFF, ...SECRET, ...env } })
  })
  afterAll(() => wrapped?.stop())

  test('the demo login, the pages and the API answer as in the bare app', async () => {
    for (const asked of own) {
      const before = await answerOf(bare, asked)
      expect(statusOf(before), asked[0]).toBeGreaterThan(0)
      expect(compared(await answerOf(wrapped, asked)), asked[0]).toBe(compared(before))
    }
  })

  test('what came with usertwo is 404 in the journal’s own words', async () => {
    for (const asked of [...NEW, ...NOT_YET]) {
      const answer = await answerOf(wrapped, asked)
      expect(statusOf(answer), asked[0]).toBe(404)
      expect(compared(answer), asked[0]).toBe(compared(await answerOf(bare, asked)))
    }
  })
})

test('with only users on, the demo login and features that do not exist yet are 404', async () => {
  const users = await app.start({ url: database.url, dial: 4, env: { ...OFF, ...SECRET } })
  const [login, , , refresh, , me] = own
  for (const asked of [login!, me!])
    expect(statusOf(await answerOf(users, asked)), asked[0]).toBeGreaterThan(399)
  for (const asked of [refresh!, ...NOT_YET])
    expect(statusOf(await answerOf(users, asked)), asked[0]).toBe(404)
  await users.stop()
})

const START = { ENVIRONMENT: 'development', JWT_SECRET: SECRET.JOURNAL_SECRET }
function problemsOf(env: Record<string, string>): string {
  try {
    parseSettings({ ...START, ...env }, 'JOURNAL_')
    return ''
  } catch (error) {
    return (error as ConfigError).problems.join('\n')
  }
}

test.each([['AUTH_ENABLE_TOTP'], ['AUTH_ENABLE_PASSKEYS'], ['AUTH_ENABLE_OAUTH'], ['PRIVACY_DASHBOARD']])(
  '%s needs users; a dial below 4 waits for it',
  (name) => {
    const PUBLIC_URL = 'https://app.example.com'
    for (const prefix of ['', 'JOURNAL_']) {
      const on = { [`${prefix}${name}`]: 'true', PUBLIC_URL }
      expect(problemsOf({ USERTWO_PHASE: '5', USER_MGMT_ENABLED: 'false', ...on })).toContain(
        `${name}=true: needs users, and they are off; set USER_MGMT_ENABLED=true`,
      )
      for (const USERTWO_PHASE of ['0', '3', '4', '8']) expect(problemsOf({ USERTWO_PHASE, ...on })).toBe('')
    }
  },
)

test('the cookie of refresh tokens needs users and refresh tokens; a dial below 4 waits for them', () => {
  const cookie = { JOURNAL_TOKEN_STYLE: 'refresh', JOURNAL_AUTH_COOKIE_REFRESH: 'true' }
  expect(problemsOf({ USERTWO_PHASE: '4', USER_MGMT_ENABLED: 'false', ...cookie })).toMatch(
    /^AUTH_COOKIE_REFRESH=true: needs users, and they are off; set USER_MGMT_ENABLED=true/,
  )
  expect(problemsOf({ USERTWO_PHASE: '4', ...cookie, JOURNAL_TOKEN_STYLE: 'bearer' })).toContain(
    'AUTH_COOKIE_REFRESH=true: TOKEN_STYLE=bearer has no refresh tokens',
  )
  for (const USERTWO_PHASE of ['3', '4', '8']) expect(problemsOf({ USERTWO_PHASE, ...cookie })).toBe('')
})

const DEPLOYED = {
  JOURNAL_DATABASE_URL: 'postgres://app@127.0.0.1/app',
  JOURNAL_CORS_ORIGINS: 'https://journal.example.com',
}

describe.each(['staging', 'production'])('in %s, by the journal’s own names', (where) => {
  const good = { ...DEPLOYED, JOURNAL_ENVIRONMENT: where, JOURNAL_USERTWO_PHASE: '4' }
  const demoProblems = (env: Record<string, string>) => {
    const settings = parseSettings({ ...START, ...env }, 'JOURNAL_')
    try {
      refuseDemoLogin(app.config, settings)
      return ''
    } catch (error) {
      return (error as ConfigError).problems.join('\n')
    }
  }

  test('origins and secrets are required', () => {
    expect(problemsOf(good)).toBe('')
    expect(problemsOf({ ...good, JOURNAL_CORS_ORIGINS: '' })).toBe(
      `CORS_ORIGINS: required in ${where} from phase 2; example: CORS_ORIGINS=https://app.example.com`,
    )
    expect(problemsOf({ ...good, JOURNAL_CORS_ORIGINS: '*' })).toContain('CORS_ORIGINS=*')
    expect(problemsOf({ ...good, JOURNAL_JWT_SECRET: 'change-me-change-me-change-me-change-me' })).toContain(
      'JWT_SECRET: weak or a placeholder',
    )
    expect(problemsOf({ ...good, JOURNAL_JWT_SECRET: ' ' })).toContain('JWT_SECRET: required from phase 4')
  })

  test('the demo login answers at no dial and by no flag', () => {
    expect(demoProblems(good)).toBe('')
    expect(demoProblems({ ...good, JOURNAL_USERTWO_PHASE: '8' })).toBe('')
    for (const dial of ['0', '1', '2', '3'])
      expect(demoProblems({ ...good, JOURNAL_USERTWO_PHASE: dial })).toMatch(
        new RegExp(
          `^USERTWO_PHASE=${dial}: in ${where} the demo login at /api/auth/login .*; set USERTWO_PHASE=4 or higher`,
        ),
      )
    for (const dial of ['4', '5'])
      expect(
        demoProblems({ ...good, JOURNAL_USERTWO_PHASE: dial, JOURNAL_USER_MGMT_ENABLED: 'false' }),
      ).toContain(`USER_MGMT_ENABLED=false: in ${where} the demo login`)
    for (const JOURNAL_ENVIRONMENT of ['development', 'test'])
      expect(demoProblems({ ...good, JOURNAL_ENVIRONMENT, JOURNAL_USERTWO_PHASE: '0' })).toBe('')
  })
})

test('a start that the demo login stops says so and ends', async () => {
  const env = { ...OFF, JOURNAL_ENVIRONMENT: 'staging', CORS_ORIGINS: 'https://journal.example.com' }
  await expect(app.start({ url: database.url, dial: 0, env })).rejects.toThrow(
    /the app ended \(exit code 1\)[\s\S]*USERTWO_PHASE=0: in staging the demo login at \/api\/auth\/login/,
  )
})
