import knex from 'knex'
import { expect, test, vi } from 'vitest'
import config from '../knexfile.js'
import { freshDatabase } from './support/postgres.js'

test('knex reaches the database of DATABASE_URL', async () => {
  const database = await freshDatabase()
  vi.stubEnv('DATABASE_URL', database.url)
  const db = knex(config)
  const { rows } = await db.raw('select current_database() as name')
  expect(rows).toEqual([{ name: database.name }])
  await db.destroy()
  vi.unstubAllEnvs()
})

test('says what to do without a database', async () => {
  vi.stubEnv('DATABASE_URL', '')
  vi.stubEnv('USERTWO_DATA', '/nonexistent')
  const db = knex(config)
  await expect(db.raw('select 1')).rejects.toThrow('set DATABASE_URL, or run `npm start`')
  await db.destroy()
  vi.unstubAllEnvs()
})
