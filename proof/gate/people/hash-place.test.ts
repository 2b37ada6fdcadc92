import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import { giveHashSql, hashPlaceOf } from './hash-place.js'

let client: pg.Client

beforeAll(async () => {
  client = new pg.Client((await freshDatabase()).url)
  await client.connect()
})
afterAll(() => client?.end())

test('the owner gets a hash in a table of users whose key and a column are always generated', async () => {
  await client.query(`create table people (
    id integer primary key generated always as identity,
    email text unique, hash text, shown text generated always as (lower(email)) stored)`)
  await client.query(`insert into people (email, hash) values ('A@x', 'none'), ('b@x', 'of b')`)
  const place = hashPlaceOf({
    auth: {},
    users: { table: 'people', id: 'id', password: 'hash' },
  } as unknown as Parameters<typeof hashPlaceOf>[0])!
  await client.query(giveHashSql(place, { from: '2', to: '1' }))
  const { rows } = await client.query('select id, hash from people order by id')
  expect(rows).toEqual([
    { id: 1, hash: 'of b' },
    { id: 2, hash: 'of b' },
  ])
})
