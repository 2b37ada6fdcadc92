import { db } from '../db.js'

const latest = (session, type, q) =>
  q('events').where({ session_id: session.id, type }).orderBy('timestamp', 'desc').orderBy('id', 'desc')

export const lastRoll = (session, q = db) => latest(session, 'roll', q).first()

/** The die after the last rating of the session, if it had one. */
export async function ratedDie(session, q = db) {
  const event = await latest(session, 'rate', q).whereNotNull('die_after').first()
  return event?.die_after
}

export async function currentDie(session) {
  return session.manual_die ?? (await ratedDie(session)) ?? session.start_die
}

export async function ladderPath(session) {
  const rated = await db('events')
    .where({ session_id: session.id, type: 'rate' })
    .whereNotNull('die_after')
    .orderBy('timestamp')
    .orderBy('id')
  return [session.start_die, ...rated.map((event) => event.die_after)].join(' → ')
}

async function activeThread(roll) {
  if (!roll?.selected_thread_id) return null
  const thread = await db('threads').where({ id: roll.selected_thread_id }).first()
  if (!thread) return null
  return {
    id: thread.id,
    title: thread.title,
    format: thread.format,
    issues_remaining: thread.issues_remaining,
    position: thread.queue_position,
    last_rolled_result: roll.result,
  }
}

export async function toSession(session, { shortLadder = false } = {}) {
  const roll = await lastRoll(session)
  const { count } = await db('snapshots').where({ session_id: session.id }).count('* as count').first()
  return {
    id: session.id,
    started_at: session.started_at,
    ended_at: session.ended_at,
    start_die: session.start_die,
    manual_die: session.manual_die,
    user_id: session.user_id,
    ladder_path: shortLadder ? String(session.start_die) : await ladderPath(session),
    active_thread: await activeThread(roll),
    current_die: await currentDie(session),
    last_rolled_result: roll?.result ?? null,
    has_restore_point: Number(count) > 0,
    snapshot_count: Number(count),
  }
}
