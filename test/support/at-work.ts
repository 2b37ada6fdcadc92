import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { expect } from 'vitest'
import type { Answer, Ask } from '../../proof/gate/app/http.js'
import type { Target } from '../../proof/gate/gate.js'
import { issueReset } from '../../src/phases/4-auth/links/reset-token.js'
import { createUser } from '../../src/phases/4-auth/registration/create-user.js'
import type { ComicPile } from './comic-pile.js'

/** The longest time a user may wait for a Retry-After. ms */
const PATIENCE = 15_000

/** Three users at work who have sent no request before. */
export async function people(db: Knex, { config }: ComicPile, app: Target) {
  const password = randomBytes(9).toString('base64url')
  const made = async (name: string) => {
    const email = `${name}-${randomBytes(3).toString('hex')}@example.com`
    return { id: await createUser(db, config, { email, password }), email, password }
  }
  const [ann, bob, cid] = await Promise.all([made('ann'), made('bob'), made('cid')])
  const [at, leaving, changing] = await Promise.all([ann, ann, bob].map((one) => browser(app, one)))
  const token = await issueReset(db, cid!.id)
  const fresh = `${randomBytes(9).toString('base64url')}`
  return { ann: ann!, bob: bob!, at: at!, leaving: leaving!, changing: changing!, token, fresh }
}
export type People = Awaited<ReturnType<typeof people>>

let addresses = 0
/** Limits by address count each of these alone. */
export const from = () => {
  const n = addresses++
  return { name: 'visitor', address: `127.0.${50 + Math.floor(n / 200)}.${1 + (n % 200)}`, headers: {} }
}

interface Browser {
  cookie: string
  csrf: string
}

async function browser(
  app: Target,
  { email, password }: { email: string; password: string },
): Promise<Browser> {
  const answer = await app.ask('POST', '/api/auth/login', { as: from(), body: { email, password } })
  expect(answer.status, answer.body).toBe(200)
  const cookies = cookiesOf(answer).map((line) => line.split(';', 1)[0]!)
  const csrf = cookies.find((one) => one.startsWith('csrf'))!.split('=')[1]!
  return { cookie: cookies.join('; '), csrf }
}
export const cookiesOf = ({ headers }: Answer) => [headers['set-cookie'] ?? []].flat()

/** What they all do, at once, as users at work would. */
export async function play(target: Target, people: People): Promise<Record<string, Answer>> {
  const { ann, bob, at, leaving, changing, token, fresh } = people
  const by = ({ cookie, csrf }: Browser) => ({ cookie, 'x-csrf-token': csrf, origin: target.url })
  const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const body = (given: object) => ({ body: given })
  const api = '/api/auth'
  const steps: Record<string, [string, string, Ask]> = {
    login: ['POST', `${api}/login`, body({ email: ann.email, password: ann.password })],
    'a wrong password': [
      'POST',
      `${api}/login`,
      body({ email: ann.email, password: 'is not the right one' }),
    ],
    me: ['GET', `${api}/me`, { headers: by(at) }],
    'a request to the app': ['GET', '/api/threads/', { headers: by(at) }],
    'a page of the app': ['GET', '/', { headers: { ...by(at), ...page } }],
    'the account page': ['GET', '/auth/account', { headers: { ...by(at), ...page } }],
    'the login page': ['GET', '/auth/login', { headers: page }],
    'login by the page': [
      'POST',
      '/auth/login',
      {
        headers: { ...page, origin: target.url, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ email: ann.email, password: ann.password }).toString(),
      },
    ],
    logout: ['POST', `${api}/logout`, { headers: by(leaving) }],
    register: ['POST', `${api}/register`, body({ email: `new-${fresh}@example.com`, password: fresh })],
    forgot: ['POST', `${api}/password/forgot`, body({ email: bob.email })],
    reset: ['POST', `${api}/password/reset`, body({ token, password: fresh })],
    'change of the password': [
      'POST',
      `${api}/password/change`,
      { headers: by(changing), body: { current_password: bob.password, password: fresh } },
    ],
  }
  const answers = await Promise.all(
    Object.entries(steps).map(async ([name, [method, path, how]]) => {
      const answer = await target.ask(method, path, { as: from(), timeout: 40_000, ...how })
      return [name, answer] as const
    }),
  )
  return Object.fromEntries(answers)
}

export const statuses = (answers: Record<string, Answer>) =>
  Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))

export const USUAL = {
  login: 200,
  'a wrong password': 401,
  me: 200,
  'a request to the app': 200,
  'a page of the app': 200,
  'the account page': 200,
  'the login page': 200,
  'login by the page': 303,
  logout: 204,
  register: 202,
  forgot: 202,
  reset: 204,
  'change of the password': 204,
}

/** 503 with when to come again and no cookie set or cleared, or the answer of always. */
export function held(answers: Record<string, Answer>): string[] {
  return Object.entries(answers).flatMap(([name, answer]) => {
    const { status, headers, ms } = answer
    const late = ms > PATIENCE ? [`${name}: after ${Math.round(ms)} ms`] : []
    if (status === USUAL[name as keyof typeof USUAL]) return late
    if (status !== 503) return [...late, `${name}: ${status} ${answer.body.slice(0, 200)}`]
    if (cookiesOf(answer).length > 0) late.push(`${name}: 503 with ${cookiesOf(answer).join(' | ')}`)
    return /^\d+$/.test(String(headers['retry-after'])) ? late : [...late, `${name}: 503 without Retry-After`]
  })
}

export const secretsOf = ({ ann, at, leaving, changing, token, fresh }: People) => [
  ann.password,
  token,
  fresh,
  ...[at, leaving, changing].flatMap(({ cookie, csrf }) => [
    ...cookie.split('; ').map((one) => one.split('=')[1]!),
    csrf,
  ]),
]
