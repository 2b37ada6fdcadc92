import { afterAll, beforeEach, expect, test } from 'vitest'
import prepared from './prepared.cjs'

const { ask, empty, open, stored } = prepared
const db = open()
beforeEach(() => empty(db))
afterAll(() => db.destroy())

test('keeps what it is sent', async () => {
  await db('notes').insert({ text: 'milk' })
  await ask().post('/notes').send({ text: 'bread' }).expect(201)
  expect(await stored()).toEqual([
    { id: 1, text: 'milk' },
    { id: 2, text: 'bread' },
  ])
  const { body } = await ask().get('/notes').expect(200)
  expect(body).toHaveLength(2)
})
