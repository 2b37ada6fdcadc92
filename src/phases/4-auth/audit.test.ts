import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../test/support/auth-app.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { openToAppLogin } from '../../database/app-login.js'
import { withClient } from '../../database/with-client.js'
import { sweep } from './sweep.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const DAY = 86_400_000
let one: AuthApp
beforeEach(async () => {
  one = await authApp()
})
afterEach(() => one.dispose())

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  request(one.app).post(`/api/auth${path}`).set(headers).send(body)
const daysAgo = (days: number) => new Date(Date.now() - days * DAY)
const events = () => one.db('usertwo.audit').orderBy('id').pluck('event')

test('case 113: no login changes or empties the audit table, not even its owner, and rows are removed by age alone', async () => {
  const { db } = one
  await db('usertwo.audit').insert([
    { event: 'login', at: daysAgo(29) },
    { event: 'user_removed', at: daysAgo(900), user_id: 7 },
  ])
  const kept = /only added to/
  await expect(db('usertwo.audit').update({ event: 'logout' })).rejects.toThrow(kept)
  await expect(db('usertwo.audit').delete()).rejects.toThrow(kept)
  await expect(db.raw('truncate usertwo.audit')).rejects.toThrow(kept)
  expect(await events()).toEqual(['login', 'user_removed'])
})

test('case 113: a login that does not own the table may only insert and select', async () => {
  const { adminUrl } = await freshDatabase()
  const admin = new URL(adminUrl)
  admin.pathname = new URL(one.url).pathname
  const app = `adder_${process.pid}`
  await withClient(admin.href, 'test', async (client) => {
    await client.query(`create role ${app}`)
    try {
      await openToAppLogin(client, { app, owner: new URL(one.url).username })
      await client.query(`set role ${app}`)
      await client.query(
        `insert into usertwo.audit (event, at) values ('login', now() - interval '900 days')`,
      )
      for (const sql of [
        'delete from usertwo.audit',
        `update usertwo.audit set event = ''`,
        'truncate usertwo.audit',
      ])
        await expect(client.query(sql)).rejects.toThrow(/permission denied/)
      const { rows } = await client.query(`select usertwo.sweep_audit(now(), 10)::int as swept`)
      expect(rows).toEqual([{ swept: 1 }])
    } finally {
      await client.query(`reset role; drop owned by ${app}; drop role ${app}`)
    }
  })
})

test('case 113: records wrong passwords, wrong codes, CSRF refusals and 429s, a flood of them once', async () => {
  await post('/register', { ...OWNER, claim_code: 'WRNG-2345' }).expect(403)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  const from = { 'X-Forwarded-For': '10.0.0.1' }
  const { headers } = await post('/login', OWNER, from).expect(200)
  const cookie = (headers['set-cookie'] as unknown as string[])[0]!.split(';', 1)[0]!
  await request(one.app)
    .post('/api/auth/logout')
    .set({ ...from, Cookie: cookie })
    .expect(403)
  for (let n = 0; n < 5; n++)
    await post('/login', { ...OWNER, password: 'not the right one' }, from).expect(401)
  for (let n = 0; n < 20; n++) await post('/login', OWNER, from).expect(429)
  const expected = [
    'claim_refused',
    'claimed',
    'login',
    'csrf_refused',
    ...Array(5).fill('login_failed'),
    'throttled',
  ]
  await expect.poll(async () => (await events()).sort()).toEqual(expected.sort())
  const [refused] = await one.db('usertwo.audit').where({ event: 'csrf_refused' })
  expect(refused).toMatchObject({ user_id: 1, ip_address: '10.0.0.1' })
})

test('sweeps what is older than AUDIT_DAYS, and logins that are over, in one process at a time', async () => {
  const { db } = one
  await db('usertwo.audit').insert([399, 401].map((days) => ({ event: `${days}`, at: daysAgo(days) })))
  await db('usertwo.user_sessions').insert(
    ['00000000-0000-4000-8000-00000000000', '00000000-0000-4000-8000-00000000000'].map((id, at) => ({
      id: `${id}${at}`,
      refresh_id: `${id}${at}`,
      family: `${id}${at}`,
      user_id: 1,
      expires_at: daysAgo(at === 0 ? 2 : -2),
    })),
  )
  await db.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('usertwo.sweep', 0))`)
    await sweep(one.kit)
    expect(await events()).toEqual(['399', '401'])
  })
  await sweep(one.kit)
  expect(await events()).toEqual(['399'])
  expect(await db('usertwo.user_sessions').pluck('user_id')).toHaveLength(1)
})
