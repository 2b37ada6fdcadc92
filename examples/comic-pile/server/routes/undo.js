import { Router } from 'express'
import { db } from '../db.js'
import { lockSession, restoreSnapshot } from '../domain/restore.js'
import { toSession } from '../domain/session-view.js'
import { listSnapshots } from '../domain/snapshots.js'
import { HttpError, handle } from '../errors.js'
import { pathId } from '../validation.js'

const router = Router({ strict: true })

router.post(
  '/undo/:sid/undo/:snapid',
  handle(async (req, res) => {
    const sessionId = pathId(req, 'sid')
    const snapshotId = pathId(req, 'snapid')
    const undone = await db.transaction(async (trx) => {
      const session = await lockSession(sessionId, trx)
      const snapshot = await trx('snapshots').where({ id: snapshotId, session_id: sessionId }).first()
      if (!snapshot) throw new HttpError(404, 'Snapshot not found')
      return restoreSnapshot(session, snapshot, trx)
    })
    res.json(await toSession(undone, { shortLadder: true }))
  }),
)

router.get(
  '/undo/:sid/snapshots',
  handle(async (req, res) => {
    const sessionId = pathId(req, 'sid')
    const session = await db('sessions').where({ id: sessionId }).first()
    if (!session) throw new HttpError(404, 'Session not found')
    const snapshots = await listSnapshots(sessionId)
    res.json(
      snapshots.map(({ id, created_at, description, event_id }) => ({
        id,
        created_at,
        description,
        event_id,
      })),
    )
  }),
)

export default router
