import { Router } from 'express'
import { db } from '../db.js'
import { LADDER } from '../domain/dice.js'
import { roll, rollPool } from '../domain/roll.js'
import { currentDie } from '../domain/session-view.js'
import { findLatestOpenSession, getOrCreateSession } from '../domain/sessions.js'
import { HttpError, handle } from '../errors.js'
import { diceGrid, message, pendingAlert, ratingForm, rollScript } from '../html/dice.js'
import { perMinute } from '../rate-limits.js'
import { integer, readQuery } from '../validation.js'

const PENDING_FRESH = 6 * 3_600_000
const EMPTY_POOL = message('No active threads available. Add one to the queue first.')

const router = Router({ strict: true })

async function freshPending(session) {
  if (!session.pending_thread_id || !session.pending_thread_updated_at) return undefined
  if (Date.now() - session.pending_thread_updated_at.getTime() >= PENDING_FRESH) return undefined
  return db('threads').where({ id: session.pending_thread_id }).first()
}

router.post(
  '/roll/html',
  perMinute(30),
  handle(async (_req, res) => {
    const session = await getOrCreateSession(1)
    const pool = await rollPool()
    if (pool.length === 0) return res.send(EMPTY_POOL)
    const pending = await freshPending(session)
    const rolled = await roll(session, pool, 'random')
    res.send((pending ? pendingAlert(pending) : '') + diceGrid(rolled) + ratingForm(rolled) + rollScript)
  }),
)

router.post(
  '/roll/reroll',
  handle(async (_req, res) => {
    const session = await getOrCreateSession(1)
    const pool = await rollPool()
    if (pool.length === 0) return res.send(EMPTY_POOL)
    const rolled = await roll(session, pool, 'reroll')
    res.send(diceGrid(rolled) + ratingForm(rolled))
  }),
)

router.post(
  '/roll/dismiss-pending',
  handle(async (_req, res) => {
    const session = await findLatestOpenSession()
    if (session?.pending_thread_id) {
      await db('events').insert({
        type: 'rolled_but_skipped',
        timestamp: new Date(),
        session_id: session.id,
        thread_id: session.pending_thread_id,
      })
      await db('sessions')
        .where({ id: session.id })
        .update({ pending_thread_id: null, pending_thread_updated_at: null })
    }
    res.type('html').send('')
  }),
)

router.post(
  '/roll/set-die',
  handle(async (req, res) => {
    const { die } = readQuery(req, { die: integer({ required: true }) })
    if (!LADDER.includes(die))
      throw new HttpError(400, `Invalid die size. Must be one of: ${LADDER.join(', ')}`)
    const session = await getOrCreateSession(1)
    await db('sessions').where({ id: session.id }).update({ manual_die: die })
    res.send(`d${die}`)
  }),
)

router.post(
  '/roll/clear-manual-die',
  handle(async (_req, res) => {
    const session = await getOrCreateSession(1)
    await db('sessions').where({ id: session.id }).update({ manual_die: null })
    res.send(`d${await currentDie({ ...session, manual_die: null })}`)
  }),
)

export default router
