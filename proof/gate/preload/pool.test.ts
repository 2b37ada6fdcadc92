import knex from 'knex'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import { limitPools } from './pool.js'

test('no pool of pg or knex opens more connections than it may, whatever the app says', async () => {
  const { url } = await freshDatabase()
  limitPools(2)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  const db = knex({ client: 'pg', connection: url, pool: { min: 4, max: 10 } })
  try {
    const six = Array.from({ length: 6 })
    await Promise.all(six.map(() => pool.query('select pg_sleep(0.05)')))
    await Promise.all(six.map(() => db.raw('select pg_sleep(0.05)')))
    const { numUsed, numFree } = db.client.pool
    expect([pool.totalCount, numUsed.call(db.client.pool) + numFree.call(db.client.pool)]).toEqual([2, 2])
  } finally {
    await pool.end()
    await db.destroy()
  }
})

test('leaves a smaller pool unchanged', async () => {
  const { url } = await freshDatabase()
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  try {
    await Promise.all([pool.query('select 1'), pool.query('select 1')])
    expect(pool.totalCount).toBe(1)
  } finally {
    await pool.end()
  }
})
