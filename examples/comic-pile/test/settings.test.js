import { beforeEach, expect, test } from 'vitest'
import { addSettings, reset, sql } from './support/fixtures.js'
import { get, put } from './support/http.js'

beforeEach(reset)

const DEFAULTS = {
  session_gap_hours: 6,
  start_die: 6,
  rating_min: 0.5,
  rating_max: 5,
  rating_step: 0.5,
  rating_threshold: 4,
}

test('I17 GET admin/settings answers the first row, and makes it', async () => {
  const answer = await get('/api/admin/settings')
  expect(answer).toMatchObject({ status: 200, body: DEFAULTS })
  expect(answer.body).toHaveProperty('created_at')
  expect(answer.body).toHaveProperty('updated_at')
  expect(await sql('select id from settings')).toHaveLength(1)
})

test('PUT admin/settings changes any of them and answers the whole row', async () => {
  const row = await addSettings({ updated_at: new Date(0) })
  const answer = await put('/api/admin/settings', { start_die: 7, rating_threshold: 3.5, id: 99 })
  expect(answer).toMatchObject({
    status: 200,
    body: { ...DEFAULTS, id: row.id, start_die: 7, rating_threshold: 3.5 },
  })
  expect(new Date(answer.body.updated_at).getTime()).toBeGreaterThan(0)
  expect((await get('/api/admin/settings')).body).toEqual(answer.body)
})

test.each([
  ['session_gap_hours', [0, 169, 1.5], [1, 168]],
  ['start_die', [3, 21], [4, 20, 7]],
  ['rating_min', [-0.1, 5.1], [0, 5]],
  ['rating_max', [-0.1, 10.1], [0, 10]],
  ['rating_step', [0, 1.1], [0.1, 1]],
  ['rating_threshold', [-0.1, 10.1], [0, 10]],
])('PUT admin/settings holds the bounds of %s', async (name, wrong, right) => {
  for (const value of wrong) expect((await put('/api/admin/settings', { [name]: value })).status).toBe(422)
  for (const value of right) {
    expect((await put('/api/admin/settings', { [name]: value })).body[name]).toBe(value)
  }
})
