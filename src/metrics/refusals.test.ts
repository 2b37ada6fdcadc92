import { hasSubscribers } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import express, { type Request, type Response } from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WrappedApp, wrappedApp } from '../../test/support/wrapped-app.js'
import { REFUSAL_CHANNEL } from '../core/process/refusals.js'
import { ScopeError } from '../core/scope-error.js'

const { register } = createRequire(import.meta.url)('prom-client') as {
  register: { metrics(): Promise<string>; clear(): void }
}

/** What one request left in the process and another one answers with. */
const kept: unknown[] = []
let atOnce = 0

function notes(db: Knex) {
  const app = express()
  const route = (path: string, work: (req: Request, res: Response) => unknown) =>
    app.get(path, (req, res, next) => void Promise.resolve(work(req, res)).catch(next))
  route('/notes', async (_req, res) => res.json(await db('notes')))
  route('/keep', async (_req, res) => {
    kept.push(...(await db('notes')))
    res.json({})
  })
  route('/kept', (_req, res) => res.json(kept))
  route('/empty', async (_req, res) => res.json(await db('notes').truncate()))
  route('/as/:id', async (req, res) =>
    res.json(await db('notes').insert({ text: 'a', user_id: Number(req.params.id) })),
  )
  route('/raw/:id', async (req, res) =>
    res.json(await db.raw('update posts set text = ? where id = ?', ['b', String(req.params.id)])),
  )
  route('/knex/:id', async (req, res) =>
    res.json(await db('posts').where({ id: req.params.id }).update({ text: 'b' })),
  )
  route('/mixed', async (_req, res) => {
    atOnce++
    await db.raw('select pg_sleep(0.01)')
    res.json(await db('notes'))
  })
  return app
}

let app: WrappedApp
const USERS = 4
const start = (env: Record<string, string>) =>
  wrappedApp(notes, {
    users: USERS,
    env: { LOG_LEVEL: 'silent', ...env },
    schema: `create table posts (id serial primary key, text text not null, user_id int not null references users);
      insert into posts (text, user_id) select 'post', n from generate_series(1, ${USERS}) n;
      insert into notes (text, user_id) select 'note', n from generate_series(1, ${USERS}) n;`,
    config: {
      tables: { notes: { owner: 'user_id' }, posts: { owner: 'user_id', access: 'readable' } },
    },
  })
beforeAll(async () => {
  app = await start({ METRICS: 'true' })
})
afterAll(() => app?.dispose())

/** Returns what has been counted since the last call. */
let before: Record<string, number> = {}
async function counted(): Promise<Record<string, number>> {
  const lines = (await register.metrics()).matchAll(/^isolation_refusals_total\{(.*)\} (\d+)$/gm)
  const now = Object.fromEntries([...lines].map(([, labels, value]) => [labels!, Number(value)]))
  const since = Object.entries(now)
    .map(([labels, value]) => [labels, value - (before[labels] ?? 0)] as const)
    .filter(([, value]) => value !== 0)
  before = now
  return Object.fromEntries(since)
}
const byEach = (path: (id: number) => string) =>
  Promise.all(app.people.map(async (one) => (await app.ask(one, 'GET', path(one.id))).status))
/** Never 1: the owner's id in a query is the owner constant of the app, and becomes the current user. */
const another = (id: number) => (id === USERS ? 2 : id + 1)

test('what no user did is zero, and queries that are answered count nothing', async () => {
  const text = await register.metrics()
  expect(text).toContain('isolation_refusals_total{code="foreign_row_in_answer"} 0')
  expect(text).toContain('isolation_refusals_total{code="no_current_user"} 0')
  expect(await byEach(() => '/notes')).toEqual([200, 200, 200, 200])
  expect(await counted()).toEqual({})
})

test('queries of users at the same time that a layer refuses count by their code, each once', async () => {
  const [emptied, written, mixed] = await Promise.all([
    byEach(() => '/empty'),
    byEach((id) => `/as/${another(id)}`),
    byEach(() => '/mixed'),
  ])
  expect(mixed).toEqual([200, 200, 200, 200])
  expect(atOnce).toBe(USERS)
  expect([emptied, written].flat().every((status) => status >= 400)).toBe(true)
  expect(await counted()).toEqual({ 'code="truncate_refused"': USERS, 'code="foreign_owner"': USERS })
})

test('a write of another user’s readable row counts, whether a layer or the database finds it', async () => {
  expect(await byEach((id) => `/knex/${another(id)}`)).toEqual([403, 403, 403, 403])
  expect(await counted()).toEqual({ 'code="forbidden"': USERS })
  expect(await byEach((id) => `/raw/${another(id)}`)).toEqual([403, 403, 403, 403])
  expect(await counted()).toEqual({ 'code="forbidden"': USERS })
})

test('an answer with another user’s row counts', async () => {
  expect(await byEach(() => '/keep')).toEqual([200, 200, 200, 200])
  expect(await byEach(() => '/kept')).toEqual([500, 500, 500, 500])
  expect(await counted()).toEqual({ 'code="foreign_row_in_answer"': USERS })
})

test('a query outside every request counts', async () => {
  await expect(app.db('notes')).rejects.toThrow(ScopeError)
  expect(await counted()).toEqual({ 'code="no_current_user"': 1 })
})

test('an error of the app’s own with an unknown code is not a label', async () => {
  new ScopeError('user 7' as never, 'made by the app')
  new ScopeError('constructor' as never, 'made by the app')
  expect(await counted()).toEqual({})
})

test('after the end, and without METRICS, nothing counts', async () => {
  expect(hasSubscribers(REFUSAL_CHANNEL)).toBe(true)
  await app.dispose()
  expect(hasSubscribers(REFUSAL_CHANNEL)).toBe(false)
  app = await start({})
  expect(hasSubscribers(REFUSAL_CHANNEL)).toBe(false)
  await byEach(() => '/empty')
  expect(await register.metrics()).not.toContain('isolation_')
})
