import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { command as claim } from '../cli/commands/people/claim.js'
import { command as invite } from '../cli/commands/people/invite.js'
import { command as users } from '../cli/commands/people/users.js'
import { migrate } from '../src/database/migrator.js'
import { configAtStart } from '../src/phases/4-auth/config-at-start.js'
import { type AuthApp, type AuthAppOptions, authApp } from './support/auth-app.js'
import { freshDatabase } from './support/postgres.js'

const PASSWORD = 'a long enough one'
const BY_NAME = { users: { table: 'users', login: 'username' as const } }
const SAME = { 'Sec-Fetch-Site': 'same-origin' }
const folder = mkdtempSync(join(tmpdir(), 'usertwo-by-name-'))
writeFileSync(
  join(folder, 'usertwo.config.mjs'),
  `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users', login: 'username' } }`,
)
let one: AuthApp

const start = async (options: AuthAppOptions = {}) => {
  // The users table of auth-app.ts has a user name, and no e-mail address.
  one = await authApp({ dial: 5, config: BY_NAME, ...options })
}
beforeEach(() => start({ open: true }))
afterEach(() => one.dispose())
afterAll(() => rmSync(folder, { recursive: true }))

const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
const form = (path: string, fields: object) =>
  request(one.app).post(`/auth${path}`).set(SAME).type('form').send(fields)
const page = async (path: string, status = 200) =>
  (await request(one.app).get(`/auth${path}`).expect(status)).text

async function run(command: typeof users, ...args: string[]): Promise<string> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    await command.run(['--database', one.url, '--config', folder, ...args])
    return lines.join('\n')
  } finally {
    log.mockRestore()
  }
}

test('the owner claims under the name they have, which stays', async () => {
  expect(await run(claim)).toContain(', as default_user:')
  const code = { claim_code: 'ABCD-2345', password: PASSWORD }
  const other = await post('/register', { username: 'ann', ...code }).expect(400)
  expect(other.body.errors).toEqual([
    { field: 'username', message: 'The owner is called default_user here: register with this name.' },
  ])
  await post('/register', { username: 'default_user', ...code }).expect(202)
  const { body } = await post('/login', { username: 'default_user', password: PASSWORD }).expect(200)
  const me = await request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${body.access_token}`)
  expect(me.body).toMatchObject({ id: 1, username: 'default_user', email: null, is_admin: true })
  await post('/register', { username: 'thief', ...code }).expect(403)
})

test('an owner without a name gets the one they claim with, and not another user’s', async () => {
  await one.dispose()
  await start({
    users: `create table users (id serial primary key, username text unique, joined timestamptz not null);
      insert into users values (1, null, now()), (2, 'bob', now())`,
  })
  const code = { claim_code: 'ABCD-2345', password: PASSWORD }
  await post('/register', { username: 'Bob', ...code }).expect(400)
  await post('/register', { username: 'not a name', ...code }).expect(400)
  await post('/register', { username: 'ann', ...code }).expect(202)
  await post('/login', { username: 'ann', password: PASSWORD }).expect(200)
})

test('registers by a user name, once, and does not tell who has one', async () => {
  const first = await post('/register', { username: 'ann', password: PASSWORD }).expect(202)
  const again = await post('/register', { username: 'Ann', password: 'another long one' }).expect(202)
  expect(again.body).toEqual(first.body)
  expect(first.body.message).toBe('If the name was free, the account is ready: log in with it.')
  await post('/login', { username: 'ann', password: PASSWORD }).expect(200)
  await post('/login', { username: 'Ann', password: 'another long one' }).expect(401)
  await post('/register', { username: 'an address@example.com', password: PASSWORD }).expect(400)
  await post('/register', { email: 'ann@example.com', password: PASSWORD }).expect(400)
  expect(await one.db('users').orderBy('id').select('username', 'email')).toEqual([
    { username: 'default_user', email: null },
    { username: 'ann', email: null },
  ])
  expect((await request(one.app).get('/api/auth/config')).body).toMatchObject({
    login: 'username',
    email_verification: false,
  })
})

test('no page asks for an address or links to what needs one', async () => {
  await form('/register', { username: 'ann', password: PASSWORD, next: '/' }).expect(303)
  const logged = await form('/login', { username: 'ann', password: PASSWORD }).expect(303)
  const cookie = [logged.headers['set-cookie']].flat().map((line) => String(line).split(';', 1)[0])
  const account = await request(one.app).get('/auth/account').set('Cookie', cookie.join('; ')).expect(200)
  for (const text of [await page('/login'), await page('/register'), account.text])
    expect(text).not.toMatch(/e-?mail|address|forgot/i)
  expect(await page('/login')).toContain('<label for="username">User name</label>')
  const wrong = await form('/login', { username: 'ann', password: 'not the one' })
  expect(wrong.text).toContain('User name or password is wrong.')
  expect(wrong.text).toContain('value="ann"')
  expect((await form('/login', { username: '', password: PASSWORD })).text).toContain('href="#username"')
})

test('there is nothing at what needs an address, with a mail server too', async () => {
  await one.dispose()
  const SMTP_URL = 'smtp://127.0.0.1:9'
  await start({ env: { SMTP_URL, MAIL_FROM: 'x@example.com', PUBLIC_URL: 'https://app.example.com' } })
  for (const path of ['/forgot', '/verify', '/email']) expect(await page(path, 404)).toContain('Not found')
  await form('/forgot', { email: 'ann@example.com' }).expect(404)
  await form('/verify/resend', { email: 'ann@example.com' }).expect(404)
  await form('/email/change', { email: 'ann@example.com', password: PASSWORD }).expect(404)
  for (const path of [
    '/password/forgot',
    '/verify-email',
    '/verify-email/resend',
    '/email/change',
    '/email/confirm',
  ])
    expect((await post(path, { email: 'ann@example.com', token: 'x' }).expect(404)).body.code).toBe(
      'not_found',
    )
})

test('the operator makes, invites and lets back in by user names', async () => {
  expect(await run(users, 'create', 'ann')).toContain('User 2: ann')
  await expect(run(users, 'create', 'ann@example.com')).rejects.toThrow('username: Use 2 to 40 letters')
  expect(await run(users, 'list')).toContain('2  ann')
  const [, link = ''] = /\/reset\?token=(\S+)/.exec(await run(users, 'reset-link', 'ann')) ?? []
  await form('/reset', { token: link, password: PASSWORD }).expect(200)
  await post('/login', { username: 'ann', password: PASSWORD }).expect(200)

  const [, code = '', name] = /#invitation=([^&]+)&username=(\S+)/.exec(await run(invite, 'bob')) ?? []
  expect(name).toBe('bob')
  await expect(run(invite, 'bob@example.com')).rejects.toThrow('give the user name')
  const given = { password: PASSWORD, invite_code: code }
  await post('/register', { username: 'eve', ...given }).expect(403)
  await post('/register', { username: 'bob', ...given }).expect(202)
  await post('/login', { username: 'bob', password: PASSWORD }).expect(200)
})

test('says what a users table needs for it, before anything is changed, and at the start', async () => {
  const refusal = async (table: string) => {
    const { url } = await freshDatabase()
    const { connect } = await import('../src/database/connect.js')
    const db = connect(url)
    await db.raw(table).finally(() => db.destroy())
    return migrate(url, { phase: 4, users: one.kit.config.users, ownerId: 1 }).then(
      () => '',
      (error: Error) => error.message,
    )
  }
  expect(await refusal('create table users (id serial primary key)')).toContain(
    'add column username text unique',
  )
  expect(await refusal('create table users (id serial primary key, username int)')).toContain('plain text')
  expect(
    await refusal(`create table users (id serial primary key, username text);
      insert into users (username) values ('a'), ('a')`),
  ).toContain('belong to more than one row')
  await expect(configAtStart(one.kit)).resolves.toBeUndefined()
  await one.db.raw('alter table users rename username to login')
  await expect(configAtStart(one.kit)).rejects.toThrow('users has no column username')
})

test('a table whose addresses must not be null gets them from the configuration', async () => {
  await one.dispose()
  await start({
    open: true,
    config: {
      users: { ...BY_NAME.users, create: ({ username }) => ({ email: `${username}@app.invalid` }) },
    },
    users: `create table users (id serial primary key, username text unique, email text not null);
      insert into users values (1, 'owner', 'owner@app.invalid')`,
  })
  await post('/register', { username: 'ann', password: PASSWORD }).expect(202)
  expect(await one.db('users').where('username', 'ann').pluck('email')).toEqual(['ann@app.invalid'])
})
