import { Router } from 'express'
import { db } from '../db.js'
import { moveToBack, moveToFront, moveToPosition } from '../domain/queue.js'
import { findThread, toThread } from '../domain/threads.js'
import { handle } from '../errors.js'
import { perMinute } from '../rate-limits.js'
import { integer, pathId, readBody } from '../validation.js'

const router = Router({ strict: true })

const reorder = (id, move) =>
  db.transaction(async (trx) => {
    const thread = await findThread(id, trx)
    await move(thread, trx)
    const moved = await findThread(id, trx)
    if (moved.queue_position !== thread.queue_position) {
      await trx('events').insert({ type: 'reorder', timestamp: new Date(), thread_id: id })
    }
    return moved
  })

router.put(
  '/queue/threads/:id/position/',
  perMinute(30),
  handle(async (req, res) => {
    const id = pathId(req)
    const { new_position } = readBody(req, { new_position: integer({ required: true, min: 1 }) })
    res.json(toThread(await reorder(id, (thread, trx) => moveToPosition(thread, new_position, trx))))
  }),
)

router.put(
  '/queue/threads/:id/front/',
  perMinute(30),
  handle(async (req, res) => {
    res.json(toThread(await reorder(pathId(req), moveToFront)))
  }),
)

router.put(
  '/queue/threads/:id/back/',
  perMinute(30),
  handle(async (req, res) => {
    res.json(toThread(await reorder(pathId(req), moveToBack)))
  }),
)

export default router
