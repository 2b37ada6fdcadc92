import { db } from '../db.js'
import { retryDeadlocks } from './retry.js'
import { getSettings } from './settings.js'
import { writeStartSnapshot } from './snapshots.js'
import { ensureUser } from './users.js'

const SESSION_LOCK = 12345
const HOUR = 3_600_000

let creating = Promise.resolve()

/** One at a time in this process. The advisory lock below does the same across processes. */
function oneAtATime(work) {
  const result = creating.then(work)
  creating = result.catch(() => {})
  return result
}

export function findActiveSession(settings, q = db) {
  const oldest = new Date(Date.now() - settings.session_gap_hours * HOUR)
  return q('sessions')
    .whereNull('ended_at')
    .where('started_at', '>=', oldest)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .first()
}

export async function shouldStartNew(settings, q = db) {
  return (await findActiveSession(settings, q)) === undefined
}

export function findLatestOpenSession(q = db) {
  return q('sessions').whereNull('ended_at').orderBy('started_at', 'desc').orderBy('id', 'desc').first()
}

async function createSession(userId, settings, trx) {
  await trx.raw('select pg_advisory_xact_lock(?)', [SESSION_LOCK])
  if (!(await shouldStartNew(settings, trx))) return findActiveSession(settings, trx)
  const [session] = await trx('sessions')
    .insert({ started_at: new Date(), start_die: settings.start_die, user_id: userId })
    .returning('*')
  await writeStartSnapshot(session, trx)
  return session
}

/** The reading session of the moment; starts one when the last is too old. */
export function getOrCreateSession(userId) {
  return retryDeadlocks(async () => {
    const settings = await getSettings()
    await ensureUser(userId)
    const active = await findActiveSession(settings)
    if (active) return active
    return oneAtATime(() => db.transaction((trx) => createSession(userId, settings, trx)))
  })
}
