// Refreshes at the same time as others and as the logout: the layers of two processes on one database.
// RACES=200 npx vitest run refresh/races
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../../test/support/auth-app.js'
import { keysOfSecret } from '../keys/keys.js'
import { refreshTokens } from './refresh-token.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const ROUNDS = Number(process.env.RACES ?? 6)

let one: AuthApp
let other: AuthApp
beforeAll(async () => {
  const env = { TOKEN_STYLE: 'refresh' }
  one = await authApp({ env })
  other = await authApp({ env, url: one.url })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
}, 60_000)
afterAll(async () => {
  await other?.dispose()
  await one?.dispose()
})

interface Tokens {
  access_token: string
  refresh_token: string
}
async function logIn(): Promise<Tokens> {
  return (await request(one.app).post('/api/auth/login').send(OWNER).expect(200)).body
}
const refresh = (refresh_token: string, { app } = one) =>
  request(app).post('/api/auth/refresh').send({ refresh_token })
const me = (token: string) =>
  request(one.app)
    .get('/api/auth/me')
    .set('Authorization', `Bearer ${token}`)
    .then(({ status }) => status)
const claimsOf = (token: string) => jwt.decode(token) as { sid: string; rid: string }
const rowOf = (token: string) =>
  one
    .db('usertwo.user_sessions')
    .where({ id: claimsOf(token).sid })
    .first()

/** Locks the row of a login until the given number of requests wait for it or have arrived. */
async function whileHeld(token: string, ask: () => Promise<{ status: number; body: Tokens }[]>) {
  const trx = await one.db.transaction()
  await trx('usertwo.user_sessions')
    .where({ id: claimsOf(token).sid })
    .forUpdate()
    .first()
  const answers = ask()
  await sleep(300)
  await trx.commit()
  return answers
}

test('case 55: of 20 simultaneous calls in two processes one rotates, without any grace, and all succeed', async () => {
  const { refresh_token } = await logIn()
  const answers = await whileHeld(refresh_token, () =>
    Promise.all(
      Array.from({ length: 20 }, (_, n) => refresh(refresh_token, n % 2 ? one : other).then((a) => a)),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  const next = new Set(answers.map(({ body }) => body.refresh_token))
  expect(next.size).toBe(1)
  const access = await Promise.all(answers.map(({ body }) => me(body.access_token)))
  expect(access).toEqual(Array(20).fill(200))
  const row = await rowOf(refresh_token)
  const [successor] = [...next] as [string]
  expect(row.refresh_id).toBe(claimsOf(successor).rid)
  await refresh(successor).expect(200)
  // A later caller must have copied the token.
  await refresh(refresh_token).expect(401)
})

test(`case 56: a refresh at the same time as the logout leaves no login, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { access_token, refresh_token } = await logIn()
    const [out, ...refreshed] = await Promise.all([
      request(one.app).post('/api/auth/logout').set('Authorization', `Bearer ${access_token}`),
      ...Array.from({ length: 4 }, (_, n) => refresh(refresh_token, n % 2 ? one : other)),
    ])
    expect(out!.status).toBe(204)
    expect((await rowOf(refresh_token)).revoked_at).not.toBeNull()
    for (const { status, body } of refreshed) {
      if (status !== 200) continue
      expect(await me(body.access_token)).toBe(401)
      await refresh(body.refresh_token).expect(401)
    }
  }
}, 600_000)

test('U10: a call that waits for a rotation’s commit gets the same successor, however long the commit takes', async () => {
  const { refresh_token } = await logIn()
  const { sid, rid } = claimsOf(refresh_token)
  const keys = keysOfSecret(SECRET)
  const signing = { keys: () => keys, issuer: 'usertwo', audience: 'usertwo', clock: one.clock }
  const next = refreshTokens(signing, SECRET).next(sid, rid)
  // As a process would whose commit takes longer than its answer would have waited.
  const trx = await one.db.transaction()
  await trx('usertwo.user_sessions')
    .where({ id: sid })
    .update({ refresh_id: next, rotated_at: trx.raw(`clock_timestamp() - interval '1 s'`) })
  const waiting = refresh(refresh_token, other).then((answer) => answer)
  await sleep(300)
  await trx.commit()
  const { status, body } = await waiting
  expect([status, claimsOf(body.refresh_token).rid]).toEqual([200, next])
  await refresh(refresh_token, other).expect(401)
})

/** Sends the head of a refresh, and its body when the returned function is called. */
async function inTwoParts(refresh_token: string) {
  const server = other.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const body = JSON.stringify({ refresh_token })
  socket.write(
    `POST /api/auth/refresh HTTP/1.1\r\nHost: app\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 1)}`,
  )
  return async () => {
    socket.write(body.slice(1))
    let answer = ''
    for await (const chunk of socket) answer += chunk
    server.close()
    return Number(answer.split(' ', 2)[1])
  }
}

test('U10: a call counts from its head, unless the head was kept open', async () => {
  for (const [keptMs, status] of [
    [0, 200],
    [2_100, 401],
  ] as const) {
    const { refresh_token } = await logIn()
    const sendBody = await inTwoParts(refresh_token)
    await sleep(50)
    const { body } = await refresh(refresh_token).expect(200)
    await sleep(keptMs)
    expect(await sendBody(), `${keptMs} ms`).toBe(status)
    await refresh(body.refresh_token).expect(status)
  }
})
