import express from 'express'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { asLogin } from '../proof/checks/8-rollout/as-login.js'
import type { Clone } from '../proof/postgres/throw-away.js'
import { parseConfig } from '../src/config/config.js'
import { actAs, type UserId } from '../src/core/context.js'
import { usertwo } from '../src/index.js'
import { migrateTo } from '../src/migrate.js'
import { attach } from '../src/phases/6-isolation/connection/attach.js'
import type { QueryPolicy } from '../src/phases/6-isolation/query/policy.js'
import { scopeKnex } from '../src/phases/6-isolation/query/scope-knex.js'
import { readEnforcement } from '../src/phases/6-isolation/start/enforcement.js'
import { freshDatabase } from './support/postgres.js'
import { pgVersion } from './support/shared-tables.js'

const input = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { threads: { owner: 'user_id', unique: ['threads_slug_key'] } },
}
const config = parseConfig(input)
let database: Clone
let old: Knex

beforeAll(async () => {
  database = await freshDatabase()
  old = knex({ client: 'pg', connection: database.url, pool: { min: 0, max: 1 } })
  await old.raw(`create table users (id serial primary key, username text);
    create table threads (id serial primary key, slug text not null unique, title text);
    insert into users values (1, 'owner');
    insert into threads (slug, title) values ('a', 'first')`)
}, 120_000)
afterAll(() => old?.destroy())
afterEach(() => vi.unstubAllEnvs())

/** The app's own code, the same before and after. */
const upsert = (db: Knex, title: string) =>
  db('threads').insert({ slug: 'a', title }).onConflict('slug').merge().returning(['slug', 'title'])

/** Runs `work` as a user, through the query layer alone, with the database's present enforcement. */
async function as<T>(id: UserId, work: (db: Knex) => PromiseLike<T>): Promise<T> {
  const { query } = await asLogin(database.url, (client) => readEnforcement(client, config, 6))
  const db = knex({ client: 'pg', connection: database.adminUrl, pool: { min: 0, max: 1 } })
  scopeKnex(db, () => query as QueryPolicy)
  try {
    return await actAs({ kind: 'user', id, person: null }, async () => await work(db))
  } finally {
    await db.destroy()
  }
}

async function start(dial: number): Promise<void> {
  vi.stubEnv('ENVIRONMENT', 'development')
  vi.stubEnv('DATABASE_URL', database.url)
  vi.stubEnv('JWT_SECRET', 'x'.repeat(20) + Math.random().toString(36).repeat(3))
  vi.stubEnv('USERTWO_PHASE', String(dial))
  const wrapped = usertwo(express(), input)
  try {
    await wrapped.ready()
  } finally {
    await wrapped.dispose()
  }
}

test('a contract lets two people use one slug, and keeps the dial from going back below 6', async () => {
  await migrateTo(database, config, 6)
  await asLogin(database.url, (client) =>
    client.query(`insert into users (id, username) values (2, 'second')`),
  )
  expect(await upsert(old, 'old code')).toEqual([{ slug: 'a', title: 'old code' }])
  expect(await as(1, (db) => upsert(db, 'scoped'))).toEqual([{ slug: 'a', title: 'scoped' }])
  await expect(as(2, (db) => upsert(db, 'mine'))).rejects.toThrow('threads_slug_key')
  await start(0)

  await migrateTo(database, config, 6, { contract: true })
  await expect(upsert(old, 'old code')).rejects.toThrow('no unique or exclusion constraint')
  for (const title of ['mine', 'mine again'])
    expect(await as(2, (db) => upsert(db, title))).toEqual([{ slug: 'a', title }])
  expect(await as(1, (db) => upsert(db, 'his'))).toEqual([{ slug: 'a', title: 'his' }])
  const { rows } = await asLogin(database.url, (client) =>
    client.query('select user_id, title from threads order by 1'),
  )
  expect(rows).toEqual([
    { user_id: 1, title: 'his' },
    { user_id: 2, title: 'mine again' },
  ])

  for (const dial of [0, 5])
    await expect(start(dial)).rejects.toThrow(
      /can go back to 6 and no further \(public\.threads: threads_slug_key is one per user now\)/,
    )
  await start(6)
})

test('after a contract a conflict target in SQL text names the index per user, by pg and by knex.raw', async () => {
  const { connection } = await asLogin(database.url, (client) => readEnforcement(client, config, 6))
  const detach = attach(pg, pgVersion, () => connection)
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  const raw = knex({ client: 'pg', connection: database.url, pool: { min: 0, max: 1 } })
  const target = 'on conflict (slug) do update set title = excluded.title returning title'
  const text = `insert into threads (slug, title) values ($1, $2) ${target}`
  const asUser = <T>(id: UserId, work: () => PromiseLike<T>) =>
    actAs({ kind: 'user', id, person: null }, async () => await work())
  try {
    for (const id of [1, 2, 1, 2])
      for (const name of [undefined, 'upsert']) {
        const title = `${id} by ${name ?? 'text'}`
        const { rows } = await asUser(id, () => pool.query({ name, text, values: ['a', title] }))
        expect(rows).toEqual([{ title }])
      }
    const { rows } = await asUser(2, () =>
      raw.raw(`insert into threads (slug, title) values (?, ?) ${target}`, ['a', 'raw']),
    )
    expect(rows).toEqual([{ title: 'raw' }])
    const left = await asLogin(database.url, (client) =>
      client.query('select user_id, title from threads order by 1'),
    )
    expect(left.rows).toEqual([
      { user_id: 1, title: '1 by upsert' },
      { user_id: 2, title: 'raw' },
    ])
  } finally {
    await pool.end()
    await raw.destroy()
    detach()
  }
})
