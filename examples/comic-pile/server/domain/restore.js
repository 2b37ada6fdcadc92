import { HttpError } from '../errors.js'

async function deleteAbsent(states, trx) {
  const threads = await trx('threads').select('id')
  const absent = threads.map(({ id }) => id).filter((id) => !(id in states))
  if (absent.length === 0) return
  await trx('events').whereIn('thread_id', absent).update({ thread_id: null })
  await trx('events').whereIn('selected_thread_id', absent).update({ selected_thread_id: null })
  await trx('threads').whereIn('id', absent).delete()
}

const overwritten = (state) => ({
  title: state.title,
  format: state.format,
  issues_remaining: state.issues_remaining,
  last_rating: state.last_rating,
  queue_position: state.queue_position,
  status: state.status,
  review_url: state.review_url,
  notes: state.notes,
  is_test: state.is_test ?? false,
})

async function putBack(id, state, session, trx) {
  const changes = overwritten(state)
  if (state.last_activity_at) changes.last_activity_at = new Date(state.last_activity_at)
  if (state.last_review_at) changes.last_review_at = new Date(state.last_review_at)
  const updated = await trx('threads').where({ id }).update(changes)
  if (updated > 0) return
  await trx('threads').insert({
    ...changes,
    id,
    created_at: state.created_at ? new Date(state.created_at) : new Date(),
    user_id: state.user_id ?? session.user_id,
  })
}

/** Makes the threads table what it was when the snapshot was taken. */
export async function restoreSnapshot(session, snapshot, trx) {
  await deleteAbsent(snapshot.thread_states, trx)
  for (const [id, state] of Object.entries(snapshot.thread_states)) {
    await putBack(Number(id), state, session, trx)
  }
  if (snapshot.session_state) {
    const { start_die, manual_die } = snapshot.session_state
    await trx('sessions').where({ id: session.id }).update({ start_die, manual_die })
  }
  return trx('sessions').where({ id: session.id }).first()
}

export async function lockSession(id, trx) {
  const session = await trx('sessions').where({ id }).forUpdate().first()
  if (!session) throw new HttpError(404, 'Session not found')
  return session
}
