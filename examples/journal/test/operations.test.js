import { expect, test } from 'vitest'
import { pool } from '../src/db.js'
import { emptied, journal, written } from './support/journal.js'
import { script } from './support/script.js'

emptied()

test('the seed fills an empty journal, and no other; migrating again does nothing', async () => {
  expect(script('migrate')).toBe('')
  expect(script('seed')).toBe('8 entries and 2 drafts\n')
  expect(script('seed')).toMatch(/^There are entries already/)
  const { body } = await journal.get('/api/v1/entries/stats')
  expect(body.entries).toBe(8)
  const { rows } = await pool.query('select count(*)::int as files from attachments')
  expect(rows).toEqual([{ files: 3 }])
})

test('health is asked of the database', async () => {
  await journal.get('/health').expect(200, { status: 'ok' })
})

test('metrics tell of requests by route, and of entries', async () => {
  const { id } = await written()
  await journal.get(`/api/v1/entries/${id}`)
  const { text } = await journal
    .get('/metrics')
    .expect(200)
    .expect('content-type', /^text\/plain/)
  expect(text).toContain('route="/api/v1/entries/:id",status="200"')
  expect(text).toMatch(/^journal_entries_written_total [1-9]/m)
})
