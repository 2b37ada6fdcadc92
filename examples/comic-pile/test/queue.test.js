import { beforeEach, describe, expect, test } from 'vitest'
import { addQueue, addThread, missingId, positions, reset, sql } from './support/fixtures.js'
import { newAddress, put } from './support/http.js'

let threads
beforeEach(async () => {
  await reset()
  threads = await addQueue('a', 'b', 'c', 'd')
})

const front = (thread) => put(`/api/queue/threads/${thread.id}/front/`)
const back = (thread) => put(`/api/queue/threads/${thread.id}/back/`)
const move = (thread, new_position) => put(`/api/queue/threads/${thread.id}/position/`, { new_position })
const reorders = (thread) =>
  sql("select * from events where type = 'reorder' and thread_id = $1", [thread.id])

describe('front', () => {
  test('Queue front: those before it move down', async () => {
    const answer = await front(threads[2])
    expect(answer).toMatchObject({ status: 200, body: { id: threads[2].id, position: 1 } })
    expect(await positions(threads)).toEqual([2, 3, 1, 4])
    expect(await reorders(threads[2])).toMatchObject([
      { session_id: null, thread_id: threads[2].id, die: null },
    ])
  })

  test('Queue front: already first is nothing', async () => {
    expect((await front(threads[0])).body.position).toBe(1)
    expect(await positions(threads)).toEqual([1, 2, 3, 4])
    expect(await reorders(threads[0])).toHaveLength(0)
  })

  test('Queue front: positions below 1 are not shifted', async () => {
    const odd = await addThread({ queue_position: -1 })
    await front(threads[3])
    expect(await positions([odd])).toEqual([-1])
  })
})

describe('back', () => {
  test('Queue back: those behind it move up', async () => {
    expect((await back(threads[1])).body.position).toBe(4)
    expect(await positions(threads)).toEqual([1, 4, 2, 3])
    expect(await reorders(threads[1])).toHaveLength(1)
  })

  test('Queue back: already last is nothing', async () => {
    expect((await back(threads[3])).body.position).toBe(4)
    expect(await reorders(threads[3])).toHaveLength(0)
  })
})

describe('position', () => {
  test('Queue position: moving down shifts those between up', async () => {
    expect((await move(threads[0], 3)).body.position).toBe(3)
    expect(await positions(threads)).toEqual([3, 1, 2, 4])
    expect(await reorders(threads[0])).toHaveLength(1)
  })

  test('Queue position: moving up shifts those between down', async () => {
    expect((await move(threads[3], 2)).body.position).toBe(2)
    expect(await positions(threads)).toEqual([1, 3, 4, 2])
  })

  test('Queue position: beyond the end is the end; the same place is nothing', async () => {
    expect((await move(threads[0], 99)).body.position).toBe(4)
    expect((await move(threads[0], 4)).body.position).toBe(4)
    expect(await reorders(threads[0])).toHaveLength(1)
  })

  test('Queue position: below 1 is 422', async () => {
    for (const position of [0, -1, 'x', 1.5, null])
      expect((await move(threads[1], position)).status).toBe(422)
  })
})

test('I11 Queue: shifts move completed threads too', async () => {
  const done = await addThread({ status: 'completed', issues_remaining: 0, queue_position: 2 })
  await front(threads[3])
  expect(await positions([done])).toEqual([3])
})

test('Queue: a missing thread is 404, an id that is no number 422', async () => {
  const id = await missingId('threads')
  expect((await front({ id })).status).toBe(404)
  expect((await back({ id })).status).toBe(404)
  expect(await move({ id }, 1)).toMatchObject({ status: 404, body: { detail: `Thread ${id} not found` } })
  for (const answer of [await front({ id: 'x' }), await back({ id: 'x' }), await move({ id: 'x' }, 1)]) {
    expect(answer.status).toBe(422)
  }
})

test.each(['front/', 'back/', 'position/'])('PUT queue %s answers 429 to the 31st request', async (way) => {
  const address = newAddress()
  const path = `/api/queue/threads/${threads[0].id}/${way}`
  for (let n = 0; n < 30; n += 1) await put(path, { new_position: 1 }, { address })
  expect((await put(path, { new_position: 1 }, { address })).status).toBe(429)
})
