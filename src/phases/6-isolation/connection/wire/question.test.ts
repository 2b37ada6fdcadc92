import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asPerson, failureOf, pgVersion, sharedTables } from '../../../../../test/support/shared-tables.js'
import { attach } from '../attach.js'
import { forPromises } from './question.js'

interface Lent {
  query(config: object, callback: (error: unknown, result: pg.QueryResult) => void): unknown
}

let client: pg.Client
let detach: () => void
beforeAll(async () => {
  const tables = await sharedTables()
  detach = attach(pg, pgVersion, () => tables.policy)
  client = new pg.Client(tables.url)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  detach()
})

/** Asks as knex does: on a connection that is lent, with a config and a callback that settles a promise. */
const lent = (config: object) =>
  asPerson(
    7,
    () =>
      new Promise<pg.QueryResult>((resolve, reject) =>
        (forPromises(client) as Lent).query(config, (error, result) =>
          error ? reject(error) : resolve(result),
        ),
      ),
  )

test('every option of a lent query reaches pg, whichever comes first', async () => {
  const [text, values] = ['select user_id, $1::int as one from threads limit 1', [1]]
  expect((await lent({ text, values })).rows).toEqual([{ user_id: 7, one: 1 }])
  expect((await lent({ text, values, rowMode: 'array' })).rows).toEqual([[7, 1]])
  expect((await lent({ rowMode: 'array', text, values })).rows).toEqual([[7, 1]])
  const types = { getTypeParser: () => (value: string) => `parsed ${value}` }
  expect((await lent({ text, values, types })).rows).toEqual([{ user_id: 'parsed 7', one: 'parsed 1' }])
})

test('the time limit of a lent query ends it', async () => {
  const slow = { text: 'select pg_sleep($1)', values: [0.5], query_timeout: 30 }
  expect(await failureOf(lent(slow))).toMatchObject({ message: 'Query read timeout' })
})

test('an error of a query leads to the call of the app', async () => {
  async function callOfTheApp() {
    await asPerson(7, () => client.query('select nothing_there'))
  }
  expect((await failureOf(callOfTheApp())).stack).toContain('callOfTheApp')
})

test('a callback that cannot be called is refused, as by pg', () => {
  const ask = () => client.query({ text: 'select 1', callback: 'none' } as pg.QueryConfig)
  expect(ask).toThrow(new TypeError('callback is not a function'))
})
