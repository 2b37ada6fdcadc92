// Upserts by a partial unique index that became one per user, as apps with soft deletes have it.
import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { asUser, scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `create table lists (id serial primary key, slug text not null, gone boolean not null default false, name text,
    user_id int not null references users);
  create unique index lists_live on lists (slug) where not gone`
const UPSERT = `insert into lists (slug, name) values ($1, $2)
  on conflict (slug) where not gone do update set name = excluded.name returning name`

let app: WrappedApp
let pool: pg.Pool

beforeAll(async () => {
  app = await wrappedApp(() => express(), {
    config: { tables: { notes: { owner: 'user_id' }, lists: { owner: 'user_id', unique: ['lists_live'] } } },
    schema: SCHEMA,
  })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const upserted = (id: number, name: string) =>
  asUser(id, async () => (await pool.query(UPSERT, ['theme', name])).rows)

test('go on before the contract, and after it both users have the same value', async () => {
  expect(await upserted(1, 'of 1')).toEqual([{ name: 'of 1' }])
  expect(await upserted(1, 'of 1, again')).toEqual([{ name: 'of 1, again' }])
  await expect(upserted(2, 'of 2')).rejects.toMatchObject({ code: '23505' })
  await actAs({ kind: 'system', reason: 'the contract', login: true }, () =>
    migrateTo(app.urls, parseConfig(app.config), 6, { contract: true }),
  )
  for (let round = 0; round < 100; round++)
    await Promise.all(
      [1, 2, 1, 2].map(async (id) => {
        expect(await upserted(id, `of ${id}, ${round}`)).toEqual([{ name: `of ${id}, ${round}` }])
      }),
    )
  await asUser(1, () => pool.query('update lists set gone = true'))
  expect(await upserted(1, 'of 1, new')).toEqual([{ name: 'of 1, new' }])
  expect(await app.stored('select user_id, name, gone from lists order by id')).toEqual([
    { user_id: 1, name: 'of 1, 99', gone: true },
    { user_id: 2, name: 'of 2, 99', gone: false },
    { user_id: 1, name: 'of 1, new', gone: false },
  ])
})
