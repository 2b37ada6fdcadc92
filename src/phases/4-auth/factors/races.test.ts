// Codes that are sent at the same moment, to two processes: one of them counts. RACES=200 for a long series.
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { enrolled, phoneCode } from '../../../../test/support/totp.js'

const ROUNDS = Number(process.env.RACES ?? 10)
const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const env = { AUTH_ENABLE_TOTP: 'true' }
let processes: [AuthApp, AuthApp]
let secret: string
let codes: string[]
let sent = 0

const post = ({ app }: AuthApp, path: string, body: object, token?: string) =>
  request(app)
    .post(`/api/auth${path}`)
    .set('x-forwarded-for', `198.51.${Math.floor(sent / 250)}.${1 + (sent++ % 250)}`)
    .set(token ? { Authorization: `Bearer ${token}` } : {})
    .send(body)

beforeAll(async () => {
  const first = await authApp({ env })
  processes = [first, await authApp({ env, url: first.url })]
  await post(first, '/register', { ...OWNER, claim_code: CODE }).expect(202)
  const { body } = await post(first, '/login', OWNER).expect(200)
  ;({ secret, codes } = await enrolled(first, body.access_token))
})
afterAll(async () => {
  for (const one of processes.toReversed()) await one.dispose()
})

/** Past the steps whose codes were taken, with every budget full again. */
async function nextRound(): Promise<string[]> {
  for (const { clock } of processes) clock.move(60)
  await processes[0].db('usertwo.login_throttle').delete()
  const begun = await Promise.all(processes.map((one) => post(one, '/login', OWNER).expect(200)))
  return begun.map(({ body }) => body.mfa_token)
}

/** Sends the same code for both logins, twice each; gives the statuses in order. */
async function race(given: string | (() => string)): Promise<number[]> {
  const tokens = await nextRound()
  const code = typeof given === 'string' ? given : given()
  const all = [0, 1, 0, 1].map((at) =>
    post(processes[at as 0 | 1], '/totp/verify', { mfa_token: tokens[at], code }),
  )
  return (await Promise.all(all)).map(({ status }) => status).sort()
}

test(
  `case 84: of four logins with one code in ${ROUNDS} rounds, one begins in each`,
  async () => {
    const wrong: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const statuses = await race(() => phoneCode(processes[0], secret, 1))
      if (statuses.join() !== '200,401,401,401') wrong.push([round, statuses])
    }
    expect(wrong).toEqual([])
    console.log(`one code, four logins, two processes: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 2_000,
)

test(
  `case 89: of four logins with one recovery code in ${ROUNDS} rounds, one begins in each`,
  async () => {
    const wrong: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      if (codes.length === 0) {
        const [mfa_token] = await nextRound()
        const login = await post(processes[0], '/totp/verify', {
          mfa_token,
          code: phoneCode(processes[0], secret),
        })
        for (const { clock } of processes) clock.move(60)
        const code = phoneCode(processes[0], secret)
        const made = await post(
          processes[0],
          '/totp/recovery-codes',
          { code },
          login.body.access_token,
        ).expect(200)
        codes = made.body.recovery_codes
      }
      const statuses = await race(codes.pop()!)
      if (statuses.join() !== '200,401,401,401') wrong.push([round, statuses])
    }
    expect(wrong).toEqual([])
    console.log(`one recovery code, four logins, two processes: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 2_000,
)

test(
  `case 88: of a new secret that is confirmed twice at once in ${ROUNDS} rounds, one set of recovery codes counts`,
  async () => {
    const [one] = processes
    const wrong: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await one.db('usertwo.totp').delete()
      await one.db('usertwo.login_throttle').delete()
      const { access_token } = (await post(one, '/login', OWNER).expect(200)).body
      const made = await post(one, '/totp/enrol', {}, access_token).expect(200)
      const code = phoneCode(one, made.body.secret)
      const all = await Promise.all(
        processes.map((each) => post(each, '/totp/confirm', { code }, access_token)),
      )
      const confirmed = all.filter(({ status }) => status === 200)
      const kept = await one.db('usertwo.recovery_codes').where({ user_id: 1 })
      if (confirmed.length !== 1 || kept.length !== 10)
        wrong.push([round, all.map(({ status }) => status), kept.length])
    }
    expect(wrong).toEqual([])
    console.log(`one new secret, confirmed twice at once: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 2_000,
)
