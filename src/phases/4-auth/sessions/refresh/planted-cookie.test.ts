// Over https a host next to the app may set `refresh_token` for the whole domain. It cannot set a `__Host-` cookie.
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../../test/support/auth-app.js'
import { createUser } from '../../registration/create-user.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const MALLORY = { email: 'mallory@example.com', password: 'another long one' }
const OWN = { 'Sec-Fetch-Site': 'same-origin' }
const STYLE = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true', COOKIE_SECURE_DEFAULT: 'true' }
const NO_LOGIN = { 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' }

let one: AuthApp
const lines: string[] = []
beforeAll(async () => {
  one = await authApp({ env: STYLE, dial: 6, lines })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, { ...MALLORY, username: 'mallory' })
  const stored = { password_hash: `cheap ${MALLORY.password}` }
  await one.db('usertwo.credentials').where({ user_id: 2 }).update(stored)
}, 60_000)
afterAll(() => one?.dispose())
beforeEach(() => lines.splice(0))
afterEach(() => one.clock.move((Date.now() - one.clock.now().getTime()) / 1000))

/** The cookies of a browser, by name. */
type Jar = Record<string, string>
const cookiesOf = ({ headers }: request.Response): string[] => [headers['set-cookie'] ?? []].flat()
const jarOf = (answer: request.Response): Jar =>
  Object.fromEntries(cookiesOf(answer).map((line) => line.split(';', 1)[0]!.split(/=(.*)/s)))
const sent = (jar: Jar) =>
  Object.entries(jar)
    .map((pair) => pair.join('='))
    .join('; ')
async function logIn(who = OWNER): Promise<Jar> {
  return jarOf(await request(one.app).post('/api/auth/login').send(who).expect(200))
}
const refresh = (cookie: string) => request(one.app).post('/api/auth/refresh').set(OWN).set('Cookie', cookie)
const goOn = (cookie: string) =>
  request(one.app).get('/api/auth/continue?next=/things').set(NO_LOGIN).set('Cookie', cookie)
const userIn = (jar: Jar) => (jwt.decode(jar['__Host-usertwo']!) as { sub: string }).sub
const ignored = () => lines.filter((line) => line.includes('ignored a refresh cookie'))

test('U9: a planted refresh cookie logs no user in, by refresh or by continue, and the log names it', async () => {
  const planted = `refresh_token=${(await logIn(MALLORY)).refresh_token}`
  const went = await goOn(planted).expect(302)
  expect(went.headers.location).toBe('/auth/login?next=%2Fthings')
  expect(jarOf(went)['__Host-usertwo'] ?? '').toBe('')
  expect(ignored()).toHaveLength(1)
  expect(JSON.parse(ignored()[0]!)).toMatchObject({ cookie: 'refresh_token', ignored: 1 })
  await refresh(planted).expect(401)
  expect(ignored()).toHaveLength(2)
})

test('U9: a planted refresh cookie next to the genuine one neither ends the login nor changes the user, in either order', async () => {
  const planted = `refresh_token=${(await logIn(MALLORY)).refresh_token}`
  let jar = await logIn()
  for (const both of [
    () => `${planted}; ${sent(jar)}`,
    () => `${sent(jar)}; ${planted}`,
    () => `${planted}; ${sent(jar)}; refresh_token=${jar['__Host-usertwo']}; refresh_token=x`,
  ]) {
    const answer = await refresh(both()).expect(200)
    const next = jarOf(answer)
    expect(userIn(next)).toBe('1')
    expect(next.refresh_token).not.toBe(jar.refresh_token)
    jar = next
    one.clock.move(901)
    const went = await goOn(both()).expect(302)
    expect(went.headers.location).toBe('/things')
    expect(userIn(jarOf(went))).toBe('1')
    jar = jarOf(went)
  }
})

test('with a bearer header next to the cookies the genuine refresh cookie is found too', async () => {
  const planted = `refresh_token=${(await logIn(MALLORY)).refresh_token}`
  const jar = await logIn()
  const header = { Authorization: `Bearer ${jar['__Host-usertwo']}` }
  await refresh(`${planted}; ${sent(jar)}`)
    .set(header)
    .expect(200)
  one.clock.move(901)
  await refresh(`${planted}; ${sent(jar)}`)
    .set({ Authorization: 'Bearer x' })
    .expect(200)
})

test('U9: continue stays with the login of the browser when its own refresh cookie is gone', async () => {
  const planted = `refresh_token=${(await logIn(MALLORY)).refresh_token}`
  const { refresh_token, ...jar } = await logIn()
  expect(refresh_token).toBeDefined()
  one.clock.move(901)
  const went = await goOn(`${sent(jar)}; ${planted}`).expect(302)
  expect(went.headers.location).toBe('/auth/login?next=%2Fthings')
  expect(jarOf(went)['__Host-usertwo']).toBe('')
})

test('a login survives a change of ACCESS_TOKEN_MINUTES: its cookie names its user, whatever its lifetime', async () => {
  const jar = await logIn()
  const shorter = await authApp({ url: one.url, env: { ...STYLE, ACCESS_TOKEN_MINUTES: '5' }, dial: 6 })
  await request(shorter.app).post('/api/auth/refresh').set(OWN).set('Cookie', sent(jar)).expect(200)
  await shorter.dispose()
})

test('without https, where another host can set any cookie, a refresh cookie is accepted as it is', async () => {
  const plain = await authApp({ url: one.url, env: { ...STYLE, COOKIE_SECURE_DEFAULT: 'false' }, dial: 6 })
  const { refresh_token } = await logIn()
  await request(plain.app)
    .post('/api/auth/refresh')
    .set(OWN)
    .set('Cookie', `refresh_token=${refresh_token}`)
    .expect(200)
  await plain.dispose()
})
