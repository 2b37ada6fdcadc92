import { db } from '../db.js'
import { currentDie } from './session-view.js'

export function rollPool() {
  return db('threads')
    .where({ status: 'active' })
    .where('queue_position', '>=', 1)
    .orderBy('queue_position')
    .orderBy('id')
}

export async function recordRoll(session, thread, { die, result, method }) {
  const now = new Date()
  await db('events').insert({
    type: 'roll',
    timestamp: now,
    die,
    result,
    selected_thread_id: thread.id,
    selection_method: method,
    session_id: session.id,
  })
  await db('sessions')
    .where({ id: session.id })
    .update({ pending_thread_id: thread.id, pending_thread_updated_at: now })
}

/** Rolls the current die over the pool; the die may be larger than the pool. */
export async function roll(session, pool, method) {
  const die = await currentDie(session)
  const index = Math.floor(Math.random() * Math.min(die, pool.length))
  const thread = pool[index]
  await recordRoll(session, thread, { die, result: index + 1, method })
  return { thread_id: thread.id, title: thread.title, die_size: die, result: index + 1 }
}
