// Wrong passwords at an app's own login: several ways in which an app says who is logged in, and many clients at once.
import bcrypt from 'bcryptjs'
import express, { type Express, type Request } from 'express'
import session from 'express-session'
import jwt from 'jsonwebtoken'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import recipes from '../../../../test/own-login/app/usertwo.config.js'
import { type AtSix, ask, atSix } from '../../../../test/own-login/at-six.js'
import type { ConfigInput } from '../../../config/config.js'

const SCHEMA = new URL('../../../../test/own-login/app/schema.sql', import.meta.url)
const SECRET = 'a secret of the app and of its tokens'
const RIGHT = 'first person'

/** The part of an app in which the ways differ: what it does with a user who gave the right password. */
type Way = (app: Express) => (req: Request, res: express.Response, id: number) => unknown

const loggedOut = (_req: Request, res: express.Response) => res.status(401).json({ error: 'wrong' })

interface Case {
  way: Way
  user: (req: never) => unknown
  login?: object
  /** the route reads its body itself */
  inRoute?: true
  /** the login is in an app of its own, which the app mounts */
  mounted?: true
}

const WAYS: Record<string, Case> = {
  session: {
    way: (app) => {
      app.use(session({ secret: SECRET, resave: false, saveUninitialized: true }))
      return (req, res, id) => {
        Object.assign(req.session, { userId: id })
        res.redirect('/')
      }
    },
    user: (req: { session?: { userId?: number } }) => req.session?.userId ?? null,
  },
  'session, asked later': {
    way: (app) => WAYS.session!.way(app),
    user: async (req: never) => WAYS.session!.user(req),
  },
  'session, in a mounted app': {
    way: (app) => WAYS.session!.way(app),
    user: (req: never) => WAYS.session!.user(req),
    mounted: true,
  },
  token: {
    way: () => (_req, res, id) => res.json({ data: { token: jwt.sign({ id }, SECRET) } }),
    user: (req: { user?: { id: number } }) => req.user?.id ?? null,
    login: { token: 'data.token' },
    inRoute: true,
  },
  'token in a cookie': {
    way: () => (_req, res, id) => res.cookie('token', jwt.sign({ id }, SECRET)).redirect('/'),
    user: (req: { user?: { id: number } }) => req.user?.id ?? null,
  },
}

function appOf({ way, inRoute, mounted }: Case, pool: pg.Pool): Express {
  const app = express()
  if (!inRoute) app.use(express.json())
  const begin = way(app)
  app.post('/login', ...(inRoute ? [express.json()] : []), async (req: Request, res: express.Response) => {
    const { email, password } = req.body
    if (email === 'fails@example.com') throw Object.assign(new Error('on purpose'), { status: 500 })
    const { rows } = await pool.query('select id, password_hash from users where email = $1', [
      String(email).toLowerCase(),
    ])
    const isRight = rows[0] && (await bcrypt.compare(String(password), rows[0].password_hash))
    return isRight ? begin(req, res, rows[0].id) : loggedOut(req, res)
  })
  return mounted ? express().use(app) : app
}

// After five wrong ones an account opens again after seconds, which a busy machine takes for a test.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))

let clients = 0
/** A client at an address of its own. */
const client = () => ({ 'X-Forwarded-For': `10.1.${Math.floor(++clients / 250)}.${clients % 250}` })

describe.each(Object.entries(WAYS))('%s', (name, one) => {
  const { user, login = {} } = one
  let app: AtSix
  beforeAll(async () => {
    const auth = {
      by: 'app',
      user,
      login: { post: '/login', ...login },
      lookups: { users: ['email', 'id'] },
    }
    const config = { ...recipes, auth } as unknown as ConfigInput
    const env = { TRUST_PROXY: '1', LOG_LEVEL: 'fatal' }
    app = await atSix((pool) => appOf(one, pool), config, { schema: SCHEMA, max: 3, env, dial: 5 })
    const hash = await bcrypt.hash(RIGHT, 4)
    await app.pool.query('update users set email = $1, password_hash = $2 where id = 1', [
      'first@example.com',
      hash,
    ])
  })
  afterAll(() => app?.stop())

  const logIn = (
    email: string,
    password: string,
    headers: Record<string, string> = client(),
    path = '/login',
  ) => ask(app.url + path, 'POST', headers, { email, password })
  const deviceIn = ({ headers }: { headers: Headers }) =>
    headers
      .getSetCookie()
      .find((line) => line.startsWith('usertwo-device='))
      ?.split(';', 1)[0]

  test('right passwords are never limited, from any number of addresses at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => logIn('first@example.com', RIGHT)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([name === 'token' ? 200 : 302]))
    const one = client()
    for (let n = 0; n < 7; n++)
      expect((await logIn('first@example.com', RIGHT, one)).status).toBeLessThan(400)
  })

  test('five wrong ones at an account are answered by the app, the sixth with 429, however they are sent', async () => {
    const spellings = ['/login', '/LOGIN', '/login/']
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, n) =>
        logIn(n % 2 ? 'Second@example.com' : 'second@example.com', `wrong ${n}`, client(), spellings[n % 3]),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429])
    const limited = answers.find(({ status }) => status === 429)!
    expect(limited.body).toMatchObject({ code: 'rate_limited' })
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('a name as a list, or in the query beside an empty one, is the same account', async () => {
    const guess = (n: number) => {
      const email = n % 2 ? ['third@example.com'] : ''
      return ask(`${app.url}/login?email=third@example.com`, 'POST', client(), {
        email,
        password: `wrong ${n}`,
      })
    }
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => guess(n)))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3)
  })

  test('five wrong ones from an address, at any accounts', async () => {
    const one = client()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => logIn(`unknown${n}@example.com`, 'wrong', one)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  })

  test('a failure of the app counts as no wrong password, and reaches its error handler', async () => {
    const one = client()
    for (let n = 0; n < 7; n++) expect((await logIn('fails@example.com', 'any', one)).status).toBe(500)
  })

  test('guessing from elsewhere does not keep a user out of a browser that was logged in before', async () => {
    const device = deviceIn(await logIn('first@example.com', RIGHT))
    const guesses = await Promise.all(Array.from({ length: 7 }, () => logIn('first@example.com', 'wrong')))
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(2)
    expect((await logIn('first@example.com', RIGHT)).status).toBe(429)
    if (name === 'session, asked later') return expect(device).toBeUndefined()
    const known = { ...client(), cookie: device! }
    expect((await logIn('first@example.com', RIGHT, known)).status).toBeLessThan(400)
    // The cookie does not help at another account, and has a budget of its own.
    await Promise.all(Array.from({ length: 7 }, () => logIn('second@example.com', 'wrong')))
    expect((await logIn('second@example.com', 'wrong', known)).status).toBe(429)
    const more = await Promise.all(
      Array.from({ length: 7 }, () => logIn('first@example.com', 'wrong', { ...client(), cookie: device! })),
    )
    expect(more.filter(({ status }) => status === 429)).toHaveLength(2)
  })
})
