import express, { type Express, type Request, type Response } from 'express'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { createApp } from './app/app.js'
import asAdopted from './app/usertwo.config.js'
import { ALL_APART, type AtSix, ask, askedAtOnce, atSix } from './at-six.js'

type Req = Parameters<typeof asAdopted.auth.user>[0]

/** Whether `auth.user` answers by a promise. */
let later = false

/** As it is adopted, with the routes that attack it. */
const config = {
  ...asAdopted,
  routes: { public: [...asAdopted.routes.public, 'POST /open/any'] },
  auth: {
    ...asAdopted.auth,
    user: (req: Req) => (later ? Promise.resolve(asAdopted.auth.user(req)) : asAdopted.auth.user(req)),
    lookups: { ...asAdopted.auth.lookups, routes: ['POST /reset'] },
  },
} as unknown as ConfigInput

let app: AtSix
let admin: pg.Client
let pool: pg.Pool

/** As superuser, past everything. */
const stored = <Row>(sql: string) =>
  actAs({ kind: 'system', reason: 'test' }, async () => (await admin.query(sql)).rows as Row[])

beforeAll(async () => {
  app = await atSix((own) => createApp(own, attacks), config, {
    schema: new URL('./app/schema.sql', import.meta.url),
    max: 3,
  })
  pool = app.pool
  admin = new pg.Client(app.database.adminUrl)
  await admin.connect()
})
afterAll(async () => {
  await admin?.end()
  await app?.stop()
})

/** A browser with the app's own session cookie. */
class Person {
  cookie = ''
  id = 0
  async ask(method: string, path: string, body?: unknown) {
    const headers = { accept: 'application/json', ...(this.cookie && { cookie: this.cookie }) }
    const answer = await ask(app.url + path, method, headers, body)
    const [set] = answer.headers.getSetCookie()
    if (set) this.cookie = set.split(';')[0]!
    return answer
  }
}

async function loggedIn(email: string, password: string): Promise<Person> {
  const person = new Person()
  const answer = await person.ask('POST', '/login', { email, password })
  expect(answer).toMatchObject({ status: 200 })
  person.id = answer.body.id
  return person
}

/** Routes that try what the opening of a login must not give: each answers with the rows it got, or with its error. */
function attacks(app: Express): void {
  const tries = (sql: string) => async (req: Request, res: Response) => {
    try {
      const { rows } = await pool.query(sql, (req.body?.values ?? []) as unknown[])
      res.json(rows)
    } catch (error) {
      res.json({ refused: (error as { code?: string }).code })
    }
  }
  app.get('/open/fails', async () => {
    await Promise.resolve()
    throw Object.assign(new Error('on purpose'), { status: 418 })
  })
  app.post('/login/any', (req, res) => tries(String(req.body.sql))(req, res))
  app.post('/open/any', (req, res) => tries(String(req.body.sql))(req, res))
  app.post('/reset', (req, res) => tries(String(req.body.sql))(req, res))
  app.use(
    '/in-front',
    express.Router().use((req, res) => tries(String(req.body.sql))(req, res)),
  )
}

describe('an app that keeps its own login, at phase 6', () => {
  let first: Person
  let second: Person
  const anonymous = new Person()

  beforeAll(async () => {
    second = new Person()
    const answer = await second.ask('POST', '/register', {
      email: 'second@example.com',
      password: 'second person',
      name: 'Second',
    })
    expect(answer).toMatchObject({ status: 201, body: { id: 2 } })
    first = await loggedIn('first@example.com', 'first person')
  })

  it('gives each person their own rows, and the first one those that were there', async () => {
    expect((await second.ask('GET', '/api/me')).body).toEqual({
      id: 2,
      email: 'second@example.com',
      name: 'Second',
    })
    expect((await first.ask('GET', '/api/recipes')).body).toHaveLength(20)
    expect((await second.ask('GET', '/api/recipes')).body).toEqual([])
    const page = await first.ask('GET', '/')
    expect(page.body).toContain('Recipes of First')
    expect(page.headers.get('cache-control')).toBe('no-store')
  })

  it('keeps the session in the database, and ends it by the logout of the app', async () => {
    const again = await loggedIn('first@example.com', 'first person')
    expect((await again.ask('GET', '/api/me')).status).toBe(200)
    const { cookie } = again
    expect((await again.ask('POST', '/logout')).status).toBe(200)
    again.cookie = cookie
    expect((await again.ask('GET', '/api/me')).status).toBe(401)
    expect((await first.ask('GET', '/api/me')).status).toBe(200)
  })

  it('answers a wrong password and an unknown address alike', async () => {
    const wrong = await anonymous.ask('POST', '/login', { email: 'first@example.com', password: 'x' })
    const unknown = await anonymous.ask('POST', '/login', { email: 'none@example.com', password: 'x' })
    expect(wrong).toMatchObject({ status: 401 })
    expect(unknown.body).toEqual(wrong.body)
  })

  it('refuses an anonymous request at every route that is not open', async () => {
    for (const path of ['/', '/api/recipes', '/api/recipes/1', '/api/steps/1'])
      expect(await anonymous.ask('GET', path), path).toMatchObject({ status: 401 })
    expect((await anonymous.ask('GET', '/health')).status).toBe(200)
    expect((await anonymous.ask('GET', '/login')).status).toBe(200)
  })

  it('answers 400 requests of two people at once with own rows alone', async () => {
    for (let n = 0; n < 20; n++) await second.ask('POST', '/api/recipes', { title: `Of second ${n}` })
    const ids = async (person: Person) =>
      ((await person.ask('GET', '/api/recipes')).body as { id: number }[]).map(({ id }) => id)
    const own = new Map([
      [first, await ids(first)],
      [second, await ids(second)],
    ])
    for (const id of own.get(second)!)
      await second.ask('POST', `/api/recipes/${id}/steps`, { text: 'a step' })
    const counts = await askedAtOnce(own, async (person, id, children) => {
      const { status, body } = await person.ask('GET', `/api/recipes/${id}${children ? '/steps' : ''}`)
      return children ? Array.isArray(body) && body.some((row) => row.recipe_id === id) : status === 200
    })
    expect(counts).toEqual(ALL_APART)
  })

  it('refuses to change, delete or extend a row of another person', async () => {
    expect((await second.ask('PUT', '/api/recipes/1', { title: 'mine' })).status).toBe(404)
    expect((await second.ask('DELETE', '/api/recipes/1')).status).toBe(404)
    expect((await second.ask('DELETE', '/api/steps/1')).status).toBe(404)
    expect((await second.ask('POST', '/api/recipes/1/steps', { text: 'mine' })).status).toBe(404)
    expect(await stored('select title, user_id from recipes where id = 1')).toEqual([
      { title: 'Recipe 1', user_id: 1 },
    ])
  })

  describe('the opening for its login', () => {
    const HASH_OF_FIRST = 'select password_hash from users where email = $1'
    const ask = (who: Person, path: string, sql: string, ...values: unknown[]) =>
      who.ask('POST', path, { sql, values }).then(({ body }) => body)

    it('gives one row to the login routes: by the address or the key', async () => {
      expect(await ask(anonymous, '/reset', HASH_OF_FIRST, 'first@example.com')).toHaveLength(1)
      expect(await ask(anonymous, '/reset', 'select id from users where id = $1', 1)).toEqual([{ id: 1 }])
      expect(
        await ask(anonymous, '/reset', "select id from users where email = 'first@example.com'"),
      ).toEqual([{ id: 1 }])
    })

    it.each([
      ['a list', 'select * from users', []],
      ['a list behind a lookup', 'select * from users where email = $1 or true', ['second@example.com'], 1],
      [
        'a list beside a lookup',
        'select u.* from users u, users v where v.email = $1',
        ['second@example.com'],
        1,
      ],
      ['several', 'select * from users where email in ($1, $2)', ['first@example.com', 'second@example.com']],
      ['by another column', 'select * from users where name = $1', ['First']],
      ['by a pattern', 'select * from users where email like $1', ['%']],
      ['a change', 'update users set name = $2 where email = $1 returning id', ['first@example.com', 'x']],
      ['a deletion', 'delete from users where id = $1 returning id', [1], undefined, '42501'],
      [
        'a new row',
        "insert into users (email, password_hash) values ($1, 'x') returning id",
        ['x@example.com'],
        undefined,
        '42501',
      ],
      ['every session', 'select * from session', []],
      ['a session that is not its own', 'select * from session where sid = $1', ['SID']],
      [
        'a change of sessions',
        "update session set expire = now() where sess->>'userId' = $1 returning sid",
        ['1'],
      ],
      ['rows of people', 'select * from recipes', []],
      ['a setting that ends', "select set_config('usertwo.lookup', '', true)", [], 1],
    ] as [string, string, unknown[], number?, string?][])(
      'gives an anonymous client no more: %s',
      async (_, sql, given, most = 0, code = undefined) => {
        const [{ sid }] = (await stored<{ sid: string }>(
          "select sid from session where sess->>'userId' = '1' limit 1",
        )) as [{ sid: string }]
        const values = given.map((value) => (value === 'SID' ? sid : value))
        for (const path of ['/reset', '/in-front']) {
          const answer = await ask(anonymous, path, sql, ...values)
          if (code) expect(answer, path).toEqual({ refused: code })
          else expect(answer.length ?? answer, path).toBe(most)
        }
      },
    )

    it('is shut at every other route, for anonymous clients and for another person', async () => {
      expect(await anonymous.ask('POST', '/login/any', { sql: HASH_OF_FIRST })).toMatchObject({ status: 401 })
      expect(await ask(anonymous, '/open/any', HASH_OF_FIRST, 'first@example.com')).toEqual([])
      for (const path of ['/open/any', '/login/any', '/in-front'])
        expect(await ask(second, path, HASH_OF_FIRST, 'first@example.com'), path).toEqual([])
      expect(await ask(second, '/open/any', HASH_OF_FIRST, 'second@example.com')).toHaveLength(1)
    })

    it('gives the session of another person to no client, at any route', async () => {
      const sessions = await stored<{ sid: string }>("select sid from session where sess->>'userId' = '1'")
      for (const { sid } of sessions)
        for (const path of ['/reset', '/open/any', '/in-front'])
          for (const who of [anonymous, second]) {
            expect(await ask(who, path, 'select sess from session where sid = $1', sid)).toEqual([])
            expect(await ask(who, path, 'delete from session where sid = $1 returning sid', sid)).toEqual([])
          }
      expect((await first.ask('GET', '/api/me')).status).toBe(200)
    })

    it('lets the registration insert one row, of the one address', async () => {
      const two = "insert into users (email, password_hash) values ($1, 'x'), ($2, 'y')"
      expect(await ask(anonymous, '/open/any', two, 'a@example.com', 'b@example.com')).toEqual({
        refused: '42501',
      })
      const before = await stored('select id from users')
      const taken = await anonymous.ask('POST', '/register', {
        email: 'second@example.com',
        password: 'long enough',
      })
      expect(taken.status).toBe(409)
      expect(await stored('select id from users')).toEqual(before)
    })
  })

  it('as the last, since the app is known by then to answer later: resolves a user who is named later, and hands what a handler then fails with to the app', async () => {
    later = true
    expect((await second.ask('GET', '/api/me')).body).toMatchObject({ id: 2 })
    expect((await second.ask('GET', '/api/recipes/1')).status).toBe(404)
    expect((await anonymous.ask('GET', '/api/me')).status).toBe(401)
    expect(await second.ask('GET', '/open/fails')).toMatchObject({
      status: 418,
      body: { error: 'on purpose' },
    })
    later = false
  })
})
