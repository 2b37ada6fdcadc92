import { db } from '../db.js'
import { HttpError } from '../errors.js'
import { makeRoomInFront, maxPosition } from './queue.js'

const DAY = 86_400_000

export const toThread = (row) => ({
  id: row.id,
  title: row.title,
  format: row.format,
  issues_remaining: row.issues_remaining,
  position: row.queue_position,
  status: row.status,
  last_rating: row.last_rating,
  last_activity_at: row.last_activity_at,
  review_url: row.review_url,
  last_review_at: row.last_review_at,
  notes: row.notes,
  is_test: row.is_test,
  created_at: row.created_at,
})

export async function findThread(id, q = db) {
  const thread = await q('threads').where({ id }).first()
  if (!thread) throw new HttpError(404, `Thread ${id} not found`)
  return thread
}

export const allThreads = () => db('threads').orderBy('queue_position').orderBy('id')

export const activeThreads = () =>
  db('threads').where({ status: 'active' }).orderBy('queue_position').orderBy('id')

export const completedThreads = () =>
  db('threads').where({ status: 'completed' }).orderBy('created_at', 'desc').orderBy('id', 'desc')

export function staleThreads(days) {
  const oldest = new Date(Date.now() - days * DAY)
  return db('threads')
    .where({ status: 'active' })
    .where((q) => q.where('last_activity_at', '<', oldest).orWhereNull('last_activity_at'))
    .orderBy('last_activity_at', 'asc', 'first')
    .orderBy('id')
}

export async function createThread({ title, format, issues_remaining, notes = null, is_test = false }) {
  const [thread] = await db('threads')
    .insert({
      title,
      format,
      issues_remaining,
      notes,
      is_test,
      status: 'active',
      queue_position: (await maxPosition()) + 1,
      created_at: new Date(),
      user_id: 1,
    })
    .returning('*')
  return thread
}

export async function updateThread(id, changes) {
  const thread = await findThread(id)
  if (changes.issues_remaining !== undefined) {
    changes.status = changes.issues_remaining === 0 ? 'completed' : 'active'
  }
  if (Object.keys(changes).length === 0) return thread
  const [updated] = await db('threads').where({ id }).update(changes).returning('*')
  return updated
}

export const deleteThread = (id) =>
  db.transaction(async (trx) => {
    await findThread(id, trx)
    await trx('sessions')
      .where({ pending_thread_id: id })
      .update({ pending_thread_id: null, pending_thread_updated_at: null })
    await trx('events').where({ thread_id: id }).delete()
    await trx('events').insert({ type: 'delete', timestamp: new Date() })
    await trx('threads').where({ id }).delete()
  })

export const reactivateThread = (id, issues) =>
  db.transaction(async (trx) => {
    const thread = await findThread(id, trx)
    if (thread.status !== 'completed') throw new HttpError(400, `Thread ${id} is not completed`)
    await makeRoomInFront(trx)
    const [reactivated] = await trx('threads')
      .where({ id })
      .update({
        issues_remaining: thread.issues_remaining + issues,
        status: 'active',
        queue_position: 1,
      })
      .returning('*')
    return reactivated
  })
