import { db } from '../db.js'

const unique = (titles) => [...new Set(titles)].sort()

/** Events of a session with the threads they name, oldest first. */
export async function sessionEvents(session) {
  const events = await db('events').where({ session_id: session.id }).orderBy('timestamp').orderBy('id')
  const ids = events.map((event) => event.thread_id ?? event.selected_thread_id).filter((id) => id !== null)
  const threads = await db('threads').whereIn('id', ids)
  const byId = new Map(threads.map((thread) => [thread.id, thread]))
  return events.map((event) => ({ ...event, thread: byId.get(event.thread_id ?? event.selected_thread_id) }))
}

const titleOf = (event) => event.thread?.title ?? `Thread #${event.thread_id ?? event.selected_thread_id}`

export function narrative(events) {
  const rated = events.filter((event) => event.type === 'rate')
  const skipped = events.filter((event) => event.type === 'rolled_but_skipped')
  return {
    read: rated.map((event) => `${titleOf(event)} (${event.rating.toFixed(1)}/5.0)`),
    skipped: unique(skipped.map(titleOf)),
    completed: unique(rated.filter((event) => event.thread?.status === 'completed').map(titleOf)),
  }
}
