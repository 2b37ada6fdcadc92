// Queries that group by a primary key and read other columns of its table, before and after the key becomes one per user.
import express from 'express'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { actAs } from '../../src/core/context.js'
import { asUser, scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `create table tags (name text primary key, color text not null default 'gray', user_id int not null references users);
  create table uses (id serial primary key, tag text references tags, user_id int not null references users)`
const COUNTED = `select t.name, t.color, count(u.id)::int as uses from tags t left join uses u on u.tag = t.name
  group by t.name order by t.name`

let app: WrappedApp
let pool: pg.Pool

beforeAll(async () => {
  app = await wrappedApp(() => express(), {
    config: {
      tables: {
        notes: { owner: 'user_id' },
        tags: { owner: 'user_id', unique: ['tags_pkey'] },
        uses: { owner: 'user_id' },
      },
    },
    schema: SCHEMA,
  })
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})

const as = (id: number, text: string) => asUser(id, async () => (await pool.query(text)).rows)

test('go on after the contract, for each user', async () => {
  await as(1, `insert into tags (name) values ('home'), ('work')`)
  await as(1, `insert into uses (tag) values ('home'), ('home')`)
  const before = await as(1, COUNTED)
  await actAs({ kind: 'system', reason: 'the contract', login: true }, () =>
    migrateTo(app.urls, parseConfig(app.config), 6, { contract: true }),
  )
  expect(await as(1, COUNTED)).toEqual(before)
  await as(2, `insert into tags (name, color) values ('home', 'red')`)
  expect(await as(2, COUNTED)).toEqual([{ name: 'home', color: 'red', uses: 0 }])
  expect(await as(1, COUNTED)).toEqual(before)
})
