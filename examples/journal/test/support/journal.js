import supertest from 'supertest'
import { afterAll, beforeEach } from 'vitest'
import { createApp } from '../../src/app.js'
import { pool } from '../../src/db.js'

export const journal = supertest(createApp())
export const MISSING = '11111111-2222-4333-8444-555555555555'

/** An empty journal before each test of the file that calls it. */
export function emptied() {
  beforeEach(async () => {
    await pool.query('delete from entries')
    await pool.query('delete from drafts')
  })
  afterAll(() => pool.end())
}

export async function written(entry = {}) {
  const input = { title: 'A day', body: 'It rained.', tags: ['weather'], ...entry }
  const { body } = await journal.post('/api/v1/entries').send(input).expect(201)
  return body
}
