import { Router } from 'express'
import { db } from '../db.js'
import { narrative, sessionEvents } from '../domain/narrative.js'
import { lockSession, restoreSnapshot } from '../domain/restore.js'
import { currentDie, ladderPath, toSession } from '../domain/session-view.js'
import { findActiveSession, getOrCreateSession } from '../domain/sessions.js'
import { getSettings } from '../domain/settings.js'
import { listSnapshots } from '../domain/snapshots.js'
import { HttpError, handle } from '../errors.js'
import { perMinute } from '../rate-limits.js'
import { integer, pathId, readQuery } from '../validation.js'

const router = Router({ strict: true })

async function findSession(id) {
  const session = await db('sessions').where({ id }).first()
  if (!session) throw new HttpError(404, 'Session not found')
  return session
}

router.get(
  '/sessions/current/',
  perMinute(200),
  handle(async (_req, res) => {
    const active = await findActiveSession(await getSettings())
    res.json(await toSession(active ?? (await getOrCreateSession(1))))
  }),
)

router.get(
  '/sessions/',
  handle(async (req, res) => {
    const { limit, offset } = readQuery(req, {
      limit: integer({ default: 10, min: 1, max: 100 }),
      offset: integer({ default: 0, min: 0 }),
    })
    const rows = await db('sessions')
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
    const sessions = []
    for (const row of rows) sessions.push(await toSession(row))
    res.json(sessions)
  }),
)

router.get(
  '/sessions/:id',
  handle(async (req, res) => {
    res.json(await toSession(await findSession(pathId(req))))
  }),
)

router.get(
  '/sessions/:id/details',
  handle(async (req, res) => {
    const session = await findSession(pathId(req))
    const events = await sessionEvents(session)
    res.json({
      session_id: session.id,
      started_at: session.started_at,
      ended_at: session.ended_at,
      start_die: session.start_die,
      ladder_path: await ladderPath(session),
      narrative_summary: narrative(events),
      current_die: await currentDie(session),
      events: events.map((event) => ({
        id: event.id,
        type: event.type,
        timestamp: event.timestamp,
        thread_title: event.thread?.title ?? null,
        die: event.die,
        result: event.result,
        selection_method: event.selection_method,
        rating: event.rating,
        issues_read: event.issues_read,
        queue_move: event.queue_move,
        die_after: event.die_after,
      })),
    })
  }),
)

router.get(
  '/sessions/:id/snapshots',
  handle(async (req, res) => {
    const session = await findSession(pathId(req))
    const snapshots = await listSnapshots(session.id)
    res.json({
      session_id: session.id,
      snapshots: snapshots.map(({ id, session_id, created_at, description }) => ({
        id,
        session_id,
        created_at,
        description,
      })),
    })
  }),
)

router.post(
  '/sessions/:id/restore-session-start',
  handle(async (req, res) => {
    const id = pathId(req)
    const restored = await db.transaction(async (trx) => {
      const session = await lockSession(id, trx)
      const snapshot = await trx('snapshots')
        .where({ session_id: id, description: 'Session start' })
        .orderBy('created_at')
        .orderBy('id')
        .first()
      if (!snapshot) throw new HttpError(404, 'No session start snapshot found')
      return restoreSnapshot(session, snapshot, trx)
    })
    res.json(await toSession(restored))
  }),
)

export default router
