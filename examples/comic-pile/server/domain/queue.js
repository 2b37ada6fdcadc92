import { db } from '../db.js'

export async function maxPosition(q = db) {
  const { max } = await q('threads').max('queue_position as max').first()
  return max ?? 0
}

const place = (thread, position, trx) =>
  trx('threads').where({ id: thread.id }).update({ queue_position: position })

export async function moveToFront(thread, trx) {
  const old = thread.queue_position
  if (old === 1) return
  await trx('threads')
    .where('queue_position', '>=', 1)
    .where('queue_position', '<', old)
    .increment('queue_position', 1)
  await place(thread, 1, trx)
}

export async function moveToBack(thread, trx) {
  const old = thread.queue_position
  const max = await maxPosition(trx)
  if (old === max) return
  await trx('threads').where('queue_position', '>', old).decrement('queue_position', 1)
  await place(thread, max, trx)
}

export async function moveToPosition(thread, wanted, trx) {
  const old = thread.queue_position
  const position = Math.min(Math.max(wanted, 1), await maxPosition(trx))
  if (position === old) return
  if (position > old) {
    await trx('threads')
      .where('queue_position', '>', old)
      .where('queue_position', '<=', position)
      .decrement('queue_position', 1)
  } else {
    await trx('threads')
      .where('queue_position', '>=', position)
      .where('queue_position', '<', old)
      .increment('queue_position', 1)
  }
  await place(thread, position, trx)
}

/** Everything moves one down to make room at the front. */
export async function makeRoomInFront(trx) {
  await trx('threads').increment('queue_position', 1)
}
