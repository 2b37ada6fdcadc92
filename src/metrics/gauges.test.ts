import { createRequire } from 'node:module'
import express from 'express'
import pg from 'pg'
import request from 'supertest'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type AuthApp, authApp } from '../../test/support/auth-app.js'
import { type WrappedApp, wrappedApp } from '../../test/support/wrapped-app.js'
import { scope } from '../index.js'
import { loginParts } from '../phases/4-auth/attempts/login-parts.js'
import { QUEUE, THREADS } from '../phases/4-auth/passwords/passwords.js'
import { beginMetrics } from './metrics.js'

const { register } = createRequire(import.meta.url)('prom-client') as {
  register: { metrics(): Promise<string> }
}
const POOL = 2
const USERS = 4

let app: WrappedApp
/** Another one of the same process, with a login alone. */
let two: AuthApp
/** Lets the requests at `/hold` end. */
let release = () => {}
beforeAll(async () => {
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  two = await authApp({ env: { METRICS: 'true' } })
  await beginMetrics(two.kit)
  app = await wrappedApp(
    (db) =>
      express().get('/hold', (_req, res, next) => {
        const held = db.transaction(async (trx) => {
          const rows = await trx('notes')
          await released
          return rows
        })
        held.then((rows) => res.json(rows), next)
      }),
    { users: USERS, max: POOL, env: { METRICS: 'true', LOG_LEVEL: 'silent' } },
  )
})
afterAll(async () => {
  await two?.dispose()
  await app?.dispose()
})

/** The figures whose names begin so. */
async function figures(prefix: string): Promise<Record<string, number>> {
  const lines = (await register.metrics()).matchAll(new RegExp(`^${prefix}(\\S+) (\\d+)$`, 'gm'))
  return Object.fromEntries([...lines].map(([, name, value]) => [name!, Number(value)]))
}

test('the pool of the app: its most, its open and idle connections, and who waits for one', async () => {
  const at = async (name: string) => (await figures('database_pool_'))[`${name}{pool="app"}`]
  expect(await at('max')).toBe(POOL)
  const all = Promise.all(app.people.map((one) => app.ask(one, 'GET', '/hold')))
  await vi.waitFor(async () => expect(await at('waiting')).toBe(USERS - POOL), 10_000)
  expect([await at('size'), await at('idle')]).toEqual([POOL, 0])
  release()
  expect((await all).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  await vi.waitFor(async () => expect(await at('idle')).toBe(POOL), 10_000)
  expect([await at('size'), await at('waiting')]).toEqual([POOL, 0])
})

test('usertwo’s own pool has the same figures', async () => {
  const own = await figures('database_pool_')
  expect(own['max{pool="usertwo"}']).toBe(10)
  expect(own['size{pool="usertwo"}']).toBeGreaterThan(0)
  expect(own['idle{pool="usertwo"}']).toBe(own['size{pool="usertwo"}'])
  expect(own['waiting{pool="usertwo"}']).toBe(0)
})

test('the queue of hashes: a login that runs, and others that wait or are refused', async () => {
  const none = { waiting: 0, running: 0, refused_total: 0 }
  const at = () => figures('auth_hash_queue_')
  expect(await at()).toEqual(none)
  let verified = () => {}
  const held = new Promise<boolean>((resolve) => {
    verified = () => resolve(false)
  })
  const { passwords, queue } = loginParts(two.kit)
  passwords.verify = () => held
  const login = async () =>
    (await request(two.app).post('/api/auth/login').send({ email: 'unknown@example.com', password: 'a' }))
      .status
  const first = login()
  await vi.waitFor(async () => expect(await at()).toEqual({ ...none, running: 1 }), 10_000)
  // At once: those that wait for 4 s are refused.
  const others = Array.from({ length: THREADS - 1 + QUEUE }, (_, n) =>
    queue({ known: false, network: `network ${n}` }, () => held),
  )
  expect(await at()).toEqual({ waiting: QUEUE, running: THREADS, refused_total: 0 })
  const refused = queue({ known: false, network: 'one too many' }, () => held)
  await expect(refused).rejects.toThrow('Too many logins at once.')
  expect(await at()).toEqual({ waiting: QUEUE, running: THREADS, refused_total: 1 })
  verified()
  expect(await first).toBe(401)
  await Promise.all(others)
  expect(await at()).toEqual({ ...none, refused_total: 1 })
})

test('a pool that two wrapped apps of a process share counts once, until both have ended', async () => {
  const pool = scope(new pg.Pool({ max: 7 }))
  const at = async () => (await figures('database_pool_'))['max{pool="app"}']
  expect(await at()).toBe(POOL + 7)
  expect((await figures('database_pool_'))['max{pool="usertwo"}']).toBe(10)
  await two.dispose()
  expect(await at()).toBe(POOL + 7)
  expect((await figures('database_pool_'))['max{pool="usertwo"}']).toBe(5)
  await pool.end()
  expect(await at()).toBe(POOL)
  await app.dispose()
  expect(await register.metrics()).not.toMatch(/database_pool_|auth_hash_queue_/)
})
