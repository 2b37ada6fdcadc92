import { beforeEach, expect, test } from 'vitest'
import {
  addQueue,
  addSession,
  addThread,
  eventsOf,
  missingId,
  ownerId,
  reset,
  sessionRow,
  sql,
} from './support/fixtures.js'
import { newAddress, post } from './support/http.js'

beforeEach(reset)

const mySessions = () => sql('select * from sessions where user_id = $1 order by id', [ownerId])

test('H2 POST roll/ starts a session for user 1 when none is active', async () => {
  const [thread] = await addQueue('Only')
  const answer = await post('/api/roll/')
  expect(answer).toMatchObject({
    status: 200,
    body: { thread_id: thread.id, title: 'Only', die_size: 6, result: 1 },
  })
  const sessions = await mySessions()
  expect(sessions).toHaveLength(1)
  expect(sessions[0].user_id).toBe(ownerId)
})

test('Roll 1: the pool is the active threads at position 1 and above, test threads and empty ones too', async () => {
  await addThread({ title: 'completed', status: 'completed', queue_position: 1 })
  await addThread({ title: 'before the queue', queue_position: 0 })
  await addThread({ title: 'test', is_test: true, queue_position: 2 })
  await addThread({ title: 'empty', issues_remaining: 0, queue_position: 3 })
  const titles = new Set()
  for (let n = 0; n < 30; n += 1) titles.add((await post('/api/roll/')).body.title)
  expect([...titles].sort()).toEqual(['empty', 'test'])
})

test('Roll 2: no more than the die chooses, and result is the slot in the pool', async () => {
  const threads = await addQueue('a', 'b', 'c', 'd', 'e', 'f', 'g')
  await addSession({ manual_die: 4 })
  for (let n = 0; n < 30; n += 1) {
    const { body } = await post('/api/roll/')
    expect(body.die_size).toBe(4)
    expect(body.result).toBeLessThanOrEqual(4)
    expect(body.thread_id).toBe(threads[body.result - 1].id)
  }
})

test('Roll 2: a pool smaller than the die is rolled whole', async () => {
  const [thread] = await addQueue('Only')
  await addSession({ manual_die: 20 })
  expect((await post('/api/roll/')).body).toMatchObject({ thread_id: thread.id, die_size: 20, result: 1 })
})

test('Roll 3: a roll event is written, and the thread becomes pending', async () => {
  const [thread] = await addQueue('Only')
  const session = await addSession()
  await post('/api/roll/')
  expect(await eventsOf(session)).toMatchObject([
    {
      type: 'roll',
      die: 6,
      result: 1,
      selected_thread_id: thread.id,
      selection_method: 'random',
      thread_id: null,
      rating: null,
    },
  ])
  const row = await sessionRow(session.id)
  expect(row.pending_thread_id).toBe(thread.id)
  expect(row.pending_thread_updated_at).toBeInstanceOf(Date)
})

test('Roll 4: an empty pool is 400 before a session is made', async () => {
  const answer = await post('/api/roll/')
  expect(answer.status).toBe(400)
  expect(answer.body.detail).toBeTypeOf('string')
  expect(await mySessions()).toHaveLength(0)
})

test('H3 POST roll/override starts a session for user 1 when none is active', async () => {
  const [thread] = await addQueue('Chosen')
  expect((await post('/api/roll/override', { thread_id: thread.id })).status).toBe(200)
  expect(await mySessions()).toMatchObject([{ user_id: ownerId, pending_thread_id: thread.id }])
})

test('Roll 6: override takes any thread, completed ones too, with result 0', async () => {
  const session = await addSession()
  const thread = await addThread({ status: 'completed', issues_remaining: 0 })
  const answer = await post('/api/roll/override', { thread_id: thread.id })
  expect(answer).toMatchObject({
    status: 200,
    body: { thread_id: thread.id, title: thread.title, die_size: 6, result: 0 },
  })
  expect(await eventsOf(session)).toMatchObject([{ type: 'roll', result: 0, selection_method: 'override' }])
})

test('roll/override of a missing thread is 404, without a number 422', async () => {
  expect((await post('/api/roll/override', { thread_id: await missingId('threads') })).status).toBe(404)
  expect((await post('/api/roll/override', {})).status).toBe(422)
  expect((await post('/api/roll/override', { thread_id: 'x' })).status).toBe(422)
})

test('I21 POST roll/ answers 429 to the 31st request of one address in a minute, others go on', async () => {
  await addQueue('Only')
  const address = newAddress()
  const statuses = []
  for (let n = 0; n < 31; n += 1) statuses.push((await post('/api/roll/', undefined, { address })).status)
  expect(statuses.slice(0, 30).every((status) => status === 200)).toBe(true)
  expect(statuses[30]).toBe(429)
  expect((await post('/api/roll/')).status).toBe(200)
})
