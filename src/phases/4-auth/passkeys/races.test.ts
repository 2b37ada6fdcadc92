// Answers that are sent at the same moment, to two processes: one of them counts. RACES=200 for a long series.
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  makePasskey,
  type SoftwarePasskey,
  usePasskey,
} from '../../../../proof/checks/4-auth/passkeys/software-passkey.js'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { LOCALHOST, passkeyClient } from '../../../../test/support/passkeys.js'

const ROUNDS = Number(process.env.RACES ?? 10)
const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const env = { AUTH_ENABLE_PASSKEYS: 'true' }
let processes: [AuthApp, AuthApp]
let token: string
let passkey: SoftwarePasskey
let sent = 0

const newAddress = () => `198.51.${Math.floor(sent / 250)}.${1 + (sent++ % 250)}`

beforeAll(async () => {
  const first = await authApp({ env })
  processes = [first, await authApp({ env, url: first.url })]
  const client = passkeyClient(first, newAddress())
  await client.post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  token = (await client.post('/login', OWNER).expect(200)).body.access_token
  ;({ passkey } = await client.register(token, 'no counter', { counter: 0 }))
}, 60_000)
afterAll(async () => {
  for (const one of processes?.toReversed() ?? []) await one.dispose()
})

/** Sends the same body to both processes, twice each, from one browser; gives the statuses in order. */
async function atOnce(path: string, body: object, cookie: string, bearer?: string): Promise<number[]> {
  const all = [0, 1, 0, 1].map((at) =>
    passkeyClient(processes[at as 0 | 1], newAddress())
      .post(path, body, bearer)
      .set('cookie', cookie),
  )
  return (await Promise.all(all)).map(({ status }) => status).sort()
}

async function asked(path: string, bearer?: string) {
  const answer = await passkeyClient(processes[0], newAddress()).post(path, {}, bearer).expect(200)
  const [set] = answer.headers['set-cookie'] as unknown as string[]
  return { options: answer.body, cookie: set!.split(';', 1)[0]! }
}

test(
  `case 91: of four logins with one challenge in ${ROUNDS} rounds, one begins in each`,
  async () => {
    const wrong: unknown[] = []
    const before = (await processes[0].db('usertwo.user_sessions')).length
    for (let round = 0; round < ROUNDS; round++) {
      const { options, cookie } = await asked('/webauthn/authenticate/options')
      const credential = usePasskey(passkey, options, LOCALHOST, { counter: 0 })
      const statuses = await atOnce('/webauthn/authenticate/verify', { credential }, cookie)
      if (statuses.join() !== '200,401,401,401') wrong.push([round, statuses])
    }
    expect(wrong).toEqual([])
    expect((await processes[0].db('usertwo.user_sessions')).length - before).toBe(ROUNDS)
    console.log(`one challenge, four logins, two processes: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 1_000,
)

test(
  `case 91: of two passkeys that answer one challenge in ${ROUNDS} rounds, one is added in each`,
  async () => {
    const wrong: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await processes[0].db('usertwo.passkeys').whereNot({ credential_id: passkey.id }).delete()
      const { options, cookie } = await asked('/webauthn/register/options', token)
      const { credential } = makePasskey(options, LOCALHOST)
      const statuses = await atOnce('/webauthn/register/verify', { credential }, cookie, token)
      const rows = await processes[0].db('usertwo.passkeys')
      if (statuses.join() !== '201,400,400,400' || rows.length !== 2) wrong.push([round, statuses])
    }
    expect(wrong).toEqual([])
    console.log(`one challenge, four registrations, two processes: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 1_000,
)

test(
  `of two logins with one counter in ${ROUNDS} rounds, one begins in each`,
  async () => {
    const wrong: unknown[] = []
    const { passkey: counting } = await passkeyClient(processes[0], newAddress()).register(token)
    for (let round = 0; round < ROUNDS; round++) {
      const [a, b] = [
        await asked('/webauthn/authenticate/options'),
        await asked('/webauthn/authenticate/options'),
      ]
      const counter = round + 2
      const both = await Promise.all(
        [a, b].map(({ options, cookie }, at) =>
          passkeyClient(processes[at as 0 | 1], newAddress())
            .post('/webauthn/authenticate/verify', {
              credential: usePasskey(counting, options, LOCALHOST, { counter }),
            })
            .set('cookie', cookie),
        ),
      )
      const statuses = both.map(({ status }) => status).sort()
      if (statuses.join() !== '200,401') wrong.push([round, statuses])
    }
    expect(wrong).toEqual([])
    console.log(`one counter, two logins, two processes: ${ROUNDS} rounds, ${wrong.length} wrong`)
  },
  60_000 + ROUNDS * 1_000,
)
