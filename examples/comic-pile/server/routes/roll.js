import { Router } from 'express'
import { recordRoll, roll, rollPool } from '../domain/roll.js'
import { currentDie } from '../domain/session-view.js'
import { getOrCreateSession } from '../domain/sessions.js'
import { findThread } from '../domain/threads.js'
import { HttpError, handle } from '../errors.js'
import { perMinute } from '../rate-limits.js'
import { integer, readBody } from '../validation.js'

const router = Router({ strict: true })

router.post(
  '/roll/',
  perMinute(30),
  handle(async (_req, res) => {
    const pool = await rollPool()
    if (pool.length === 0) throw new HttpError(400, 'No active threads available to roll')
    const session = await getOrCreateSession(1)
    res.json(await roll(session, pool, 'random'))
  }),
)

router.post(
  '/roll/override',
  handle(async (req, res) => {
    const { thread_id } = readBody(req, { thread_id: integer({ required: true }) })
    const thread = await findThread(thread_id)
    const session = await getOrCreateSession(1)
    const die = await currentDie(session)
    await recordRoll(session, thread, { die, result: 0, method: 'override' })
    res.json({ thread_id: thread.id, title: thread.title, die_size: die, result: 0 })
  }),
)

export default router
