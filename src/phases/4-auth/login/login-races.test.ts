// Logins at the moment at which their user is disabled, or gets another password. RACES=200 for a longer series.
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'
import { setActive } from '../admin/disable-user.js'
import { loginParts } from '../attempts/login-parts.js'
import { issueReset } from '../links/reset-token.js'

const ROUNDS = Number(process.env.RACES ?? 20)
const ANN = { email: 'ann@example.com', password: 'her own long one' }
const NEW = 'another long one of hers'
let processes: [AuthApp, AuthApp]
let ann: number
let clients = 0

beforeAll(async () => {
  const first = await authApp({ dial: 5, open: true })
  processes = [first, await authApp({ dial: 5, open: true, url: first.url })]
  await post(0, '/register', ANN).expect(202)
  ann = (await first.db('users').where({ email: ANN.email }).first('id')).id
}, 60_000)
afterAll(async () => {
  for (const one of processes.toReversed()) await one.dispose()
})

const post = (at: number, path: string, body: object) =>
  request(processes[at]!.app)
    .post(`/api/auth${path}`)
    .set('X-Forwarded-For', `10.3.${Math.floor(++clients / 250)}.${clients % 250}`)
    .send(body)
const open = () => processes[0].db('usertwo.user_sessions').where({ user_id: ann }).whereNull('revoked_at')

/** Lets `change` run once the password was found right, before the login begins. */
function between(change: () => Promise<unknown>): () => void {
  const { passwords } = loginParts(processes[0].kit)
  const { verify } = passwords
  async function slow(...given: Parameters<typeof verify>) {
    const isRight = await verify(...given)
    if (isRight) await change()
    return isRight
  }
  passwords.verify = slow
  return () => {
    passwords.verify = verify
  }
}

const CHANGES: Record<string, () => Promise<unknown>> = {
  'is disabled': () => setActive(processes[1].db, ann, false),
  'gets another password': async () => {
    const token = await issueReset(processes[1].db, ann, processes[1].clock)
    await post(1, '/password/reset', { token, password: NEW }).expect(204)
  },
}

test.each(Object.entries(CHANGES))(
  'a login whose user %s while it begins is refused',
  async (_what, change) => {
    const restore = between(change)
    const { status, body } = await post(0, '/login', ANN)
    restore()
    expect([status, body.code]).toEqual([401, 'invalid_credentials'])
    expect(await open()).toEqual([])
    await restored()
  },
)

test(`no login survives such a change that comes at the same time, ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const change = Object.values(CHANGES)[round % 2]!
    const restore = between(() => sleep(round % 8))
    const [login] = await Promise.all([post(0, '/login', ANN), sleep(round % 16).then(change)])
    restore()
    expect([round, login.status, await open()]).toEqual([round, login.status, []])
    await restored()
  }
}, 120_000)

/** The account as it was: active, with the first password. */
async function restored(): Promise<void> {
  const { db, clock } = processes[0]
  await setActive(db, ann, true)
  const token = await issueReset(db, ann, clock)
  await post(0, '/password/reset', { token, password: ANN.password }).expect(204)
}
