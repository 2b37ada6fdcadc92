import { db } from '../db.js'
import { HttpError } from '../errors.js'
import { stepDown, stepUp } from './dice.js'
import { moveToBack, moveToFront } from './queue.js'
import { lastRoll, ratedDie } from './session-view.js'
import { findLatestOpenSession } from './sessions.js'
import { getSettings } from './settings.js'
import { writeRatingSnapshot } from './snapshots.js'

async function rolledThread(session, trx) {
  const roll = await lastRoll(session, trx)
  if (!roll?.selected_thread_id) throw new HttpError(400, 'No active thread. Please roll the dice first.')
  const thread = await trx('threads').where({ id: roll.selected_thread_id }).forUpdate().first()
  if (!thread) throw new HttpError(404, `Thread ${roll.selected_thread_id} not found`)
  return thread
}

async function rateIn(trx, { rating, issues_read, finish_session }) {
  const session = await findLatestOpenSession(trx)
  if (!session) throw new HttpError(400, 'No active session. Please roll the dice first.')
  const thread = await rolledThread(session, trx)
  const settings = await getSettings(trx)
  if (rating < settings.rating_min || rating > settings.rating_max) {
    throw new HttpError(400, `Rating must be between ${settings.rating_min} and ${settings.rating_max}`)
  }

  const now = new Date()
  const die = (await ratedDie(session, trx)) ?? session.start_die
  const liked = rating >= settings.rating_threshold
  const dieAfter = liked ? stepDown(die) : stepUp(die)
  const issuesRemaining = thread.issues_remaining - issues_read

  await trx('threads')
    .where({ id: thread.id })
    .update({ issues_remaining: issuesRemaining, last_rating: rating, last_activity_at: now })
  if (liked) await moveToFront(thread, trx)
  else await moveToBack(thread, trx)

  const changes = { manual_die: dieAfter, pending_thread_id: null, pending_thread_updated_at: null }
  const [event] = await trx('events')
    .insert({
      type: 'rate',
      timestamp: now,
      session_id: session.id,
      thread_id: thread.id,
      rating,
      issues_read,
      die,
      die_after: dieAfter,
    })
    .returning('*')

  if (finish_session && issuesRemaining <= 0) {
    await trx('threads').where({ id: thread.id }).update({ status: 'completed' })
    await moveToBack(await trx('threads').where({ id: thread.id }).first(), trx)
    changes.ended_at = now
  }

  const [rated] = await trx('sessions').where({ id: session.id }).update(changes).returning('*')
  await writeRatingSnapshot(rated, event, trx)
  return trx('threads').where({ id: thread.id }).first()
}

export const rate = (input) => db.transaction((trx) => rateIn(trx, input))
