import { Router } from 'express'
import { db } from '../db.js'
import { getSettings, updateSettings } from '../domain/settings.js'
import { handle } from '../errors.js'
import { integer, number, readBody } from '../validation.js'

const router = Router({ strict: true })

router.get(
  '/admin/settings',
  handle(async (_req, res) => {
    res.json(await getSettings())
  }),
)

router.put(
  '/admin/settings',
  handle(async (req, res) => {
    const changes = readBody(req, {
      session_gap_hours: integer({ min: 1, max: 168 }),
      start_die: integer({ min: 4, max: 20 }),
      rating_min: number({ min: 0, max: 5 }),
      rating_max: number({ min: 0, max: 10 }),
      rating_step: number({ above: 0, max: 1 }),
      rating_threshold: number({ min: 0, max: 10 }),
    })
    res.json(await updateSettings(changes))
  }),
)

/** Sessions in which nothing but test threads was rolled or rated. */
async function testSessions(testIds, trx) {
  const sessions = await trx('sessions').where({ user_id: 1 }).select('id')
  const found = []
  for (const { id } of sessions) {
    const events = await trx('events').where({ session_id: id })
    const named = events.map((event) => event.thread_id ?? event.selected_thread_id).filter(Boolean)
    if (named.length > 0 && named.every((threadId) => testIds.includes(threadId))) found.push(id)
  }
  return found
}

router.post(
  '/admin/delete-test-data/',
  handle(async (_req, res) => {
    const deleted = await db.transaction(async (trx) => {
      const threads = await trx('threads').where({ is_test: true }).select('id')
      const threadIds = threads.map(({ id }) => id)
      const sessionIds = await testSessions(threadIds, trx)
      await trx('snapshots').whereIn('session_id', sessionIds).delete()
      const deleted_events = await trx('events')
        .whereIn('session_id', sessionIds)
        .orWhereIn('thread_id', threadIds)
        .delete()
      const deleted_sessions = await trx('sessions').whereIn('id', sessionIds).delete()
      const deleted_threads = await trx('threads').whereIn('id', threadIds).delete()
      return { deleted_threads, deleted_sessions, deleted_events }
    })
    res.json(deleted)
  }),
)

export default router
