import { db } from '../db.js'

const STATE = [
  'title',
  'format',
  'issues_remaining',
  'last_rating',
  'last_activity_at',
  'queue_position',
  'status',
  'review_url',
  'last_review_at',
  'notes',
  'is_test',
  'created_at',
  'user_id',
]

function threadStates(threads) {
  const states = {}
  for (const thread of threads) {
    states[thread.id] = Object.fromEntries(STATE.map((column) => [column, thread[column]]))
  }
  return JSON.stringify(states)
}

const sessionState = ({ start_die, manual_die }) => JSON.stringify({ start_die, manual_die })

export async function writeStartSnapshot(session, trx) {
  const threads = await trx('threads').orderBy('id')
  await trx('snapshots').insert({
    session_id: session.id,
    event_id: null,
    thread_states: threadStates(threads),
    session_state: sessionState(session),
    created_at: new Date().toISOString(),
    description: 'Session start',
  })
}

export async function writeRatingSnapshot(session, event, trx) {
  const threads = await trx('threads').orderBy('id')
  await trx('snapshots').insert({
    session_id: session.id,
    event_id: event.id,
    thread_states: threadStates(threads),
    session_state: sessionState(session),
    created_at: new Date().toISOString(),
    description: `After rating ${event.rating.toFixed(1)}/5.0`,
  })
}

// snapshots.created_at has no zone and is meant as UTC; the driver reads it as local time.
const asUtc = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000)

export async function listSnapshots(sessionId) {
  const rows = await db('snapshots')
    .where({ session_id: sessionId })
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
  return rows.map((row) => ({ ...row, created_at: asUtc(row.created_at) }))
}
