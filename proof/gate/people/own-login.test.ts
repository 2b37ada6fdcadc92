import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Response } from 'express'
import session from 'express-session'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { ask } from '../app/http.js'
import type { GateDatabase, Target } from '../gate.js'
import { loginByApp } from './own-login.js'

const RIGHT = { email: 'ann@example.com', password: 'the right one' }
const WRONG = { ...RIGHT, password: 'a wrong one' }

let client: pg.Client
const servers: Server[] = []

beforeAll(async () => {
  client = new pg.Client((await freshDatabase()).url)
  await client.connect()
  await client.query('create table users (id serial primary key, email text unique, password_hash text)')
  await client.query('insert into users (email) values ($1)', [RIGHT.email])
})
afterAll(async () => {
  for (const server of servers) server.close()
  await client?.end()
})

/** Logs in to an app with a session for every visitor, as one with flash messages has it. */
async function logsIn(
  given: typeof RIGHT,
  answer: { right(res: Response): void; wrong(res: Response): void },
  options: { token?: string; anyPassword?: boolean } = {},
) {
  const app = express()
  app.use(express.json(), session({ secret: 'x', resave: false, saveUninitialized: true }))
  app.post('/login', (req, res) => {
    const isRight =
      req.body.email === RIGHT.email && (options.anyPassword || req.body.password === RIGHT.password)
    Object.assign(req.session, isRight ? { user: 'Ann' } : { flash: 'wrong' })
    answer[isRight ? 'right' : 'wrong'](res)
  })
  app.get('/', (req, res) => void res.send(`<p>${(req.session as { user?: string }).user ?? 'log in'}</p>`))
  const server = createServer(app).listen(0, '127.0.0.1')
  servers.push(server)
  await new Promise((listening) => server.once('listening', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = parseConfig({
    name: 'recipes',
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users', password: 'password_hash' },
    auth: {
      by: 'app',
      user: () => null,
      login: { post: '/login', ...(options.token && { token: options.token }) },
      register: { post: '/register' },
      lookups: { users: ['email'] },
    },
  })
  const target = { url, ask: (method, path, how) => ask(url, method, path, how) } as Target
  const database = {
    sql: async (text: string, values?: unknown[]) => (await client.query(text, values)).rows,
  } as GateDatabase
  return loginByApp({ target, database, config }, { name: 'ann', address: '127.0.0.1', account: given })
}

describe('a login by the app', () => {
  const redirects = {
    right: (res: Response) => res.redirect('/'),
    wrong: (res: Response) => res.redirect('/login'),
  }
  const home = { right: (res: Response) => res.redirect('/'), wrong: (res: Response) => res.redirect('/') }
  const page = (text: string) => (res: Response) => void res.send(`<p>${text} ${Math.random()}</p>`)
  const json = (body: object) => (res: Response) => void res.json({ ...body, at: Math.random() })

  it.each([
    ['redirects elsewhere', redirects],
    ['redirects to one page, which then shows the user', home],
    ['answers another body', { right: json({ id: 1 }), wrong: json({ error: 'wrong' }) }],
  ])('is taken where the right password %s', async (_, answer) => {
    const ann = await logsIn(RIGHT, answer)
    expect(ann).toMatchObject({ id: 1, email: RIGHT.email })
    expect(ann.headers.cookie).toMatch(/^connect\.sid=/)
  })

  it.each([
    ['a redirect with a cookie', redirects, /302 to \/login/],
    ['a redirect to one page', home, /302 to \//],
    ['a page with a cookie', { right: page('hello'), wrong: page('wrong') }, /200/],
    ['a body with a cookie', { right: json({ id: 1 }), wrong: json({ error: 'wrong' }) }, /200/],
  ])('is refused after a wrong password, which gets %s', async (_, answer, got) => {
    const refused = logsIn(WRONG, answer)
    await expect(refused).rejects.toThrow(
      'ann could not log in: POST /login answers the right and a wrong password alike',
    )
    await expect(refused).rejects.toThrow(got)
  })

  it('is refused where any password logs in, and says that', async () => {
    await expect(logsIn(RIGHT, redirects, { anyPassword: true })).rejects.toThrow(
      'POST /login logs ann in with a wrong password too: compare the password with its hash, and await the answer',
    )
  })

  it('is refused where the app has no token at the configured place', async () => {
    await expect(
      logsIn(
        RIGHT,
        { ...redirects, right: (res) => res.json({ accessToken: 'x' }) },
        { token: 'data.token' },
      ),
    ).rejects.toThrow(/200, without a token at data\.token/)
  })

  it('takes the token that the answer holds', async () => {
    const right = (res: Response) => res.json({ data: { token: 'abc.def' } })
    const ann = await logsIn(RIGHT, { ...redirects, right }, { token: 'data.token' })
    expect(ann.headers.authorization).toBe('Bearer abc.def')
  })

  it('is refused where a wrong password gets a token too', async () => {
    const both = (res: Response) => void res.json({ token: `${Math.random()}` })
    await expect(logsIn(WRONG, { right: both, wrong: both }, { token: 'token' })).rejects.toThrow('alike')
  })
})
