import bcrypt from 'bcryptjs'
import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { ownerHasLogin } from '../accounts/owner-login.js'

const PASSWORD = 'a long enough one'
const HASH = bcrypt.hashSync(PASSWORD, 4)
let one: AuthApp

afterEach(() => one.dispose())

/** An app that had its own login: two users with an address and a bcrypt hash each. */
const people = (hash = HASH) => `create table users (id serial primary key, email text not null unique,
  pass text not null); insert into users (email, pass) values ('Me@Example.com', '${hash}'), ('two@example.com', '${hash}')`
const start = async (options: { password?: string; hash?: string } = {}) => {
  const { password, hash } = options
  one = await authApp({
    realHashes: 'as in production',
    users: people(hash),
    config: { users: { table: 'users', password } },
  })
}
let address = 0
const post = (path: string, body: object) =>
  request(one.app).post(`/api/auth${path}`).set('X-Forwarded-For', `10.1.0.${++address}`).send(body)
const me = async (token: string) =>
  (await request(one.app).get('/api/auth/me').set('Authorization', `Bearer ${token}`)).body

test('an owner whose row has an address claims it with the code, and keeps the address or gives another', async () => {
  for (const [given, stored] of [
    ['me@example.com', 'Me@Example.com'],
    ['new@example.com', 'new@example.com'],
  ]) {
    await start()
    const account = { email: given, password: PASSWORD }
    await post('/register', account).expect(403)
    await post('/register', { ...account, claim_code: CODE }).expect(202)
    const { body } = await post('/login', account).expect(200)
    expect(await me(body.access_token)).toMatchObject({ id: 1, email: stored, is_admin: true })
    await post('/register', { ...account, claim_code: CODE }).expect(403)
    await one.dispose()
  }
  await start()
})

test('a claim cannot take another user’s address', async () => {
  await start()
  const claim = { email: 'TWO@example.com', password: PASSWORD, claim_code: CODE }
  const { body } = await post('/register', claim).expect(400)
  expect(body.errors).toEqual([{ field: 'email', message: 'Another user has this address.' }])
  await post('/register', { ...claim, email: 'me@example.com' }).expect(202)
})

test('the app’s own hashes are not accepted until the configuration names their column', async () => {
  await start()
  await post('/login', { email: 'two@example.com', password: PASSWORD }).expect(401)
})

test('users log in with their existing passwords: hashed again, and the app’s column left alone', async () => {
  await start({ password: 'pass' })
  const account = { email: 'two@example.com', password: PASSWORD }
  await post('/login', { ...account, password: 'another long one' }).expect(401)
  const { body } = await post('/login', account).expect(200)
  expect(await me(body.access_token)).toMatchObject({ id: 2, is_admin: false })
  const [kept] = await one.db('usertwo.credentials').where({ user_id: 2 }).pluck('password_hash')
  expect(kept).toMatch(/^bcrypt-hmac-sha256:\$2/)
  expect(await one.db('users').pluck('pass')).toEqual([HASH, HASH])
  // From now on usertwo's hash counts.
  await one
    .db('users')
    .where({ id: 2 })
    .update({ pass: bcrypt.hashSync('changed in the app', 4) })
  await post('/login', { ...account, password: 'changed in the app' }).expect(401)
  await post('/login', account).expect(200)
})

test('an owner with a password from the app is claimed by logging in with it, not by a code', async () => {
  await start({ password: 'pass' })
  expect(await ownerHasLogin(one.db, one.kit.config)).toBe(true)
  await post('/register', { email: 'thief@example.com', password: PASSWORD, claim_code: CODE }).expect(403)
  const { body } = await post('/login', { email: 'me@example.com', password: PASSWORD }).expect(200)
  expect(await me(body.access_token)).toMatchObject({ id: 1, email: 'Me@Example.com', is_admin: true })
  expect(await one.db('usertwo.audit').where({ event: 'claimed' }).pluck('user_id')).toEqual([1])
})

test('text that is not a known hash matches no password, and leaves the owner to be claimed', async () => {
  await start({ password: 'pass', hash: PASSWORD })
  await post('/login', { email: 'two@example.com', password: PASSWORD }).expect(401)
  await post('/register', { email: 'me@example.com', password: PASSWORD, claim_code: CODE }).expect(202)
})

test('a password that was changed while a login hashed the old one again stays changed', async () => {
  await start({ password: 'pass' })
  await one.db('usertwo.credentials').insert({ user_id: 2, password_hash: 'newer' })
  const { rehash } = await import('../accounts/credentials.js')
  expect(await rehash(one.db, 2, null, 'older')).toBe(false)
  expect(await one.db('usertwo.credentials').where({ user_id: 2 }).pluck('password_hash')).toEqual(['newer'])
})

test('case 26: a password that was hashed as a keyboard sent it is hashed again, and works from any other', async () => {
  const [nfc, nfd] = ['fiancée Ångström'.normalize('NFC'), 'fiancée Ångström'.normalize('NFD')]
  await start({ password: 'pass', hash: bcrypt.hashSync(nfd, 4) })
  const login = (password: string) => post('/login', { email: 'two@example.com', password })
  await login(nfc).expect(401)
  await login(nfd).expect(200)
  await login(nfc).expect(200)
  await login(nfd).expect(200)
})

const hashes = () => one.db('usertwo.credentials').orderBy('user_id').pluck('password_hash')

test('case 36: a hash of another kind is replaced by a good login, by each of two simultaneous ones, and never by a failed one', async () => {
  await start({ password: 'pass' })
  const login = (password: string) => post('/login', { email: 'two@example.com', password })
  await login('another long one').expect(401)
  expect(await hashes()).toEqual([])
  const both = await Promise.all([login(PASSWORD), login(PASSWORD)])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect(await hashes()).toEqual([expect.stringMatching(/^bcrypt-hmac-sha256:\$2b\$10\$/)])
})

test('case 36: with PASSWORD_HASH=argon2id hashes become Argon2id at the next login, and bcrypt again without it', async () => {
  await start()
  await post('/register', { email: 'me@example.com', password: PASSWORD, claim_code: CODE }).expect(202)
  const login = (app: AuthApp) =>
    request(app.app).post('/api/auth/login').send({ email: 'me@example.com', password: PASSWORD }).expect(200)
  const env = { PASSWORD_HASH: 'argon2id' }
  const two = await authApp({ realHashes: true, url: one.url, env })
  try {
    await login(two)
    expect(await hashes()).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)])
    await login(two)
    await login(one)
    expect(await hashes()).toEqual([expect.stringMatching(/^bcrypt-hmac-sha256:/)])
  } finally {
    await two.dispose()
  }
})
