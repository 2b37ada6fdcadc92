// Who is first, where an account is made or changed by several at once: in two processes' layers on one database.
// RACES=200 npx vitest run account-races
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueInvitation } from '../src/phases/4-auth/links/invitation.js'
import { issueReset } from '../src/phases/4-auth/links/reset-token.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'

const ROUNDS = Number(process.env.RACES ?? 12)
const AT_ONCE = 6
const OWNER = 'owner@example.com'

let apps: AuthApp[]
beforeAll(async () => {
  const first = await authApp({ open: true })
  apps = [first, await authApp({ open: true, url: first.url })]
}, 60_000)
afterAll(async () => {
  for (const app of [...apps].reverse()) await app.dispose()
})

let asked = 0
/** Each from an address of its own, to one process and the other in turn. */
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  request(apps[asked % apps.length]!.app)
    .post(`/api/auth${path}`)
    .set({ 'X-Forwarded-For': `10.${asked >> 16}.${(asked >> 8) & 255}.${asked++ & 255}`, ...headers })
    .send(body)
const db = (table: string) => apps[0]!.db(table)
const password = (n: number) => `long enough, the ${n}th`

/** Sends AT_ONCE requests at once; returns the answers and the request that got the given status. */
async function race(status: number, ask: (n: number) => PromiseLike<{ status: number }>) {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ask(n)))
  const winners = answers.flatMap((answer, n) => (answer.status === status ? [n] : []))
  return { winners, others: answers.filter((answer) => answer.status !== status).map((one) => one.status) }
}
const mayLogIn = async (email: string, n: number) =>
  (await post('/login', { email, password: password(n) })).status

test(`case 41: of ${AT_ONCE} claims at once one has the owner, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const claimed = await race(202, (n) =>
      post('/register', { email: `${n}.${round}@example.com`, password: password(n), claim_code: CODE }),
    )
    expect(claimed.others).toEqual(Array(AT_ONCE - 1).fill(403))
    const [winner] = claimed.winners
    expect(await db('users').pluck('email')).toEqual([`${winner}.${round}@example.com`])
    expect(await mayLogIn(`${winner}.${round}@example.com`, winner!)).toBe(200)
    // As it was before.
    await db('usertwo.credentials').delete()
    await db('users').update({ email: null })
  }
}, 600_000)

test(`of ${AT_ONCE} registrations of one address at once one is the account's, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const email = `registered${round}@example.com`
    const { winners } = await race(202, (n) => post('/register', { email, password: password(n) }))
    expect(winners).toHaveLength(AT_ONCE)
    expect(await db('users').where({ email }).pluck('email')).toEqual([email])
    const [id] = await db('users').where({ email }).pluck('id')
    const stored = await db('usertwo.credentials').where({ user_id: id }).pluck('password_hash')
    const [winner] = winners.filter((n) => stored[0] === `cheap ${password(n)}`)
    expect(await mayLogIn(email, winner!)).toBe(200)
  }
}, 600_000)

test(`case 50: of ${AT_ONCE} at once one uses an invitation, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const email = `invited${round}@example.com`
    const { db, clock } = apps[0]!
    const invite_code = await issueInvitation(db, { email, role: null, days: 1 }, clock)
    const { winners } = await race(202, (n) =>
      post('/register', { email, password: password(n), invite_code }),
    )
    expect(winners).toHaveLength(1)
    expect(await mayLogIn(email, winners[0]!)).toBe(200)
  }
}, 600_000)

test(`case 79: of ${AT_ONCE} at once one uses a link to set a password, ${ROUNDS} times`, async () => {
  const id = await owner()
  for (let round = 0; round < ROUNDS; round++) {
    const token = await issueReset(apps[0]!.db, id, apps[0]!.clock)
    const { winners, others } = await race(204, (n) =>
      post('/password/reset', { token, password: password(n) }),
    )
    expect(winners).toHaveLength(1)
    expect(new Set(others)).toEqual(new Set([400]))
    expect(await mayLogIn(OWNER, winners[0]!)).toBe(200)
  }
}, 600_000)

test(`case 79: of a change of the password and a link to set one only one counts, ${ROUNDS} times`, async () => {
  const id = await owner()
  let changes = 0
  for (let round = 0; round < ROUNDS; round++) {
    await db('usertwo.credentials')
      .where({ user_id: id })
      .update({ password_hash: `cheap ${password(0)}` })
    const { body } = await post('/login', { email: OWNER, password: password(0) })
    const token = await issueReset(apps[0]!.db, id, apps[0]!.clock)
    const authorization = `Bearer ${body.access_token}`
    const [changed, reset] = await Promise.all([
      post('/password/change', { current_password: password(0), password: password(1) }, { authorization }),
      // It has less to look at, and would always be first.
      sleep(round % 16).then(() => post('/password/reset', { token, password: password(2) })),
    ])
    const done = [changed.status === 204, reset.status === 204]
    expect(done.filter(Boolean), `${changed.status} ${reset.status}`).toHaveLength(1)
    const stored = await db('usertwo.credentials').where({ user_id: id }).pluck('password_hash')
    expect(stored).toEqual([`cheap ${password(done[0] ? 1 : 2)}`])
    // A change that comes second has a wrong password; the next round begins without it.
    await db('usertwo.login_throttle').delete()
    changes += Number(done[0])
  }
  console.log(`${changes} of ${ROUNDS} times the change was first`)
}, 600_000)

/** The owner, claimed, with the first password. */
async function owner(): Promise<number> {
  await db('users').where({ id: 1 }).update({ email: OWNER })
  await db('usertwo.credentials')
    .insert({ user_id: 1, password_hash: `cheap ${password(0)}` })
    .onConflict('user_id')
    .merge()
  return 1
}
