import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import type { GateDatabase } from '../gate.js'
import { FAR, openRanges } from './ranges.js'

let client: pg.Client
let database: Pick<GateDatabase, 'sql'>
beforeAll(async () => {
  client = new pg.Client({ connectionString: (await freshDatabase()).adminUrl })
  await client.connect()
  await client.query(`create sequence unused start 1000; create sequence used; select nextval('used')`)
  database = {
    sql: async <Row>(text: string, values?: unknown[]) => (await client.query(text, values)).rows as Row[],
  }
})
afterAll(() => client?.end())

test('each number of the second user is a million above that of the owner, the first one too', async () => {
  const ranges = await openRanges(database)
  const drawn = async () => {
    const [row] = await database.sql<{ unused: string; used: string }>(
      `select nextval('unused') as unused, nextval('used') as used`,
    )
    return [Number(row!.unused), Number(row!.used)]
  }
  const owner = [await drawn(), await drawn()]
  await ranges.take('other')
  const other = [await drawn(), await drawn()]
  expect(owner).toEqual([
    [1000, 2],
    [1001, 3],
  ])
  expect(other).toEqual(owner.map((numbers) => numbers.map((one) => one + FAR)))
  await ranges.rewind()
  expect(await drawn()).toEqual(owner[0])
  await ranges.take('other')
  expect(await drawn()).toEqual(other[0])
})
