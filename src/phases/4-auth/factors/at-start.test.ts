import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../test/support/auth-app.js'
import { enrolled, phoneCode } from '../../../../test/support/totp.js'
import { ConfigError } from '../../../core/config-error.js'
import { assertTables } from '../../3-schema/migrated.js'
import { factorsAtStart } from './at-start.js'
import { warnOfFactors } from './remove-factor.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const on = { AUTH_ENABLE_TOTP: 'true' }
const NEXT = 'Zq8mT3xVb7LwRk2NcYh5FsJd9GpEu4Aa'
const apps: AuthApp[] = []
/** by how much every clock is ahead. Seconds */
let moved = 0
let first: AuthApp
let secret: string
let codes: string[]

const post = ({ app }: AuthApp, path: string, body: object) =>
  request(app).post(`/api/auth${path}`).send(body)
async function process(env: Record<string, string>): Promise<AuthApp> {
  const made = await authApp({ env: { ...on, ...env }, url: first?.url })
  made.clock.move(moved)
  apps.push(made)
  return made
}
/** Each code is of a step of its own. */
async function logsIn(one: AuthApp, code?: string): Promise<number> {
  moved += 60
  for (const { clock } of apps) clock.move(60)
  const { mfa_token } = (await post(one, '/login', OWNER).expect(200)).body
  return (await post(one, '/totp/verify', { mfa_token, code: code ?? phoneCode(one, secret) })).status
}
const sealed = () => first.db('usertwo.totp').pluck('secret')

beforeAll(async () => {
  first = await process({})
  await post(first, '/register', { ...OWNER, claim_code: CODE }).expect(202)
  const { access_token } = (await post(first, '/login', OWNER).expect(200)).body
  ;({ secret, codes } = await enrolled(first, access_token))
}, 60_000)
afterAll(async () => {
  for (const one of apps.toReversed()) await one.dispose()
})

test('a start with the same secret changes nothing', async () => {
  const before = await sealed()
  await factorsAtStart(first.kit)
  expect(await sealed()).toEqual(before)
})

test('another secret stops the start, and says how to go on; nothing is changed', async () => {
  const before = await sealed()
  const next = await process({ JWT_SECRET: NEXT })
  const error = await factorsAtStart(next.kit).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as ConfigError).problems).toEqual([
    'JWT_SECRET: the second factor of user 1 is encrypted with another one; set JWT_SECRET_BEFORE to that, or where it is lost run for each: usertwo users factors WHO --reset',
  ])
  expect(await sealed()).toEqual(before)
  // Without a start, as in a process of the version before: no code is wrong, and a recovery code works.
  expect(await logsIn(next)).toBe(503)
  expect(next.reported).toHaveLength(1)
  expect(String(next.reported[0])).not.toContain(secret)
  expect(await logsIn(next, codes[0])).toBe(200)
  expect(await first.db('usertwo.audit').where({ event: 'factor_failed' })).toEqual([])
})

test('with the secret before, it is encrypted again, by one of two starts at once; codes go on working', async () => {
  const [before] = await sealed()
  const rotated = { JWT_SECRET: NEXT, JWT_SECRET_BEFORE: SECRET }
  const both = [await process(rotated), await process(rotated)] as const
  expect(await logsIn(both[0])).toBe(200)
  await Promise.all(both.map(({ kit }) => factorsAtStart(kit)))
  const [after] = await sealed()
  expect(after).not.toBe(before)
  expect(await logsIn(both[1])).toBe(200)
  // The former secret is needed no more.
  const later = await process({ JWT_SECRET: NEXT })
  await factorsAtStart(later.kit)
  expect(await sealed()).toEqual([after])
  expect(await logsIn(later)).toBe(200)
})

test('what is encrypted is of its user: in the row of another it opens nothing', async () => {
  const later = apps.at(-1)!
  const [row] = await first.db('usertwo.totp')
  await first.db('users').insert({ id: 2, username: 'bea', email: 'bea@example.com', created_at: new Date() })
  await first.db('usertwo.credentials').insert({ user_id: 2, password_hash: `cheap ${OWNER.password}` })
  await first.db('usertwo.totp').insert({ ...row, user_id: 2 })
  later.clock.move(60)
  const { mfa_token } = (await post(later, '/login', { ...OWNER, email: 'bea@example.com' }).expect(200)).body
  expect((await post(later, '/totp/verify', { mfa_token, code: phoneCode(later, secret) })).status).toBe(500)
})

test('its tables are needed where it is on, and nowhere else', async () => {
  const client = await first.db.client.acquireConnection()
  try {
    await client.query(`begin; delete from usertwo.migrations where name = '0370-totp'`)
    await assertTables(client, 4)
    await assertTables(client, 4, { AUTH_ENABLE_TOTP: false })
    await expect(assertTables(client, 4, { AUTH_ENABLE_TOTP: true })).rejects.toThrow(/lacks 0370-totp/)
  } finally {
    await client.query('rollback')
    await first.db.client.releaseConnection(client)
  }
})

test('a start with the flag off logs how many users have a second factor', async () => {
  const lines: string[] = []
  const off = await authApp({ url: first.url, lines })
  apps.push(off)
  const users = Number((await first.db('usertwo.totp').count('* as n').first())!.n)
  await warnOfFactors(off.kit)
  expect(lines.join('')).toContain(
    `AUTH_ENABLE_TOTP is off: ${users} users have a second factor that no login asks for`,
  )
})
