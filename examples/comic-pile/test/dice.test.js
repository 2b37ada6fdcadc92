import { beforeEach, expect, test } from 'vitest'
import { addRate, addRoll, addSession, addThread, reset, sessionRow } from './support/fixtures.js'
import { get, post } from './support/http.js'

let thread
let session
beforeEach(async () => {
  await reset()
  thread = await addThread()
})

async function dieAfter(die, rating) {
  session = await addSession({ start_die: die })
  await addRoll(session, thread)
  const answer = await post('/api/rate/', { rating, issues_read: 1 })
  expect(answer.status).toBe(200)
  return (await sessionRow(session.id)).manual_die
}

test.each([
  [4, 4],
  [6, 4],
  [8, 6],
  [10, 8],
  [12, 10],
  [20, 12],
])('Dice: a d%i steps down to d%i', async (die, after) => {
  expect(await dieAfter(die, 5)).toBe(after)
})

test.each([
  [4, 6],
  [6, 8],
  [8, 10],
  [10, 12],
  [12, 20],
  [20, 20],
])('Dice: a d%i steps up to d%i', async (die, after) => {
  expect(await dieAfter(die, 1)).toBe(after)
})

test('Dice: a size outside the ladder makes the rating fail with 500 and change nothing', async () => {
  session = await addSession({ start_die: 7 })
  await addRoll(session, thread)
  const answer = await post('/api/rate/', { rating: 4, issues_read: 1 })
  expect(answer.status).toBe(500)
  expect((await sessionRow(session.id)).manual_die).toBeNull()
  expect((await get(`/api/threads/${thread.id}`)).body.issues_remaining).toBe(5)
})

test('Dice: the current die is manual_die, else the last die_after, else start_die', async () => {
  const current = async (row, rated) => {
    const made = await addSession({ start_die: 8, ...row })
    if (rated) {
      await addRate(made, thread, { die_after: 10 })
      await addRate(made, thread, { die_after: 12 })
      await addRate(made, thread, { die_after: null })
    }
    return (await get(`/api/sessions/${made.id}`)).body.current_die
  }
  expect(await current({ manual_die: 20 }, true)).toBe(20)
  expect(await current({}, true)).toBe(12)
  expect(await current({}, false)).toBe(8)
})
