import { db } from '../db.js'

const DEFAULTS = {
  session_gap_hours: 6,
  start_die: 6,
  rating_min: 0.5,
  rating_max: 5.0,
  rating_step: 0.5,
  rating_threshold: 4.0,
}

/** There is one settings row for the whole app; the first reader makes it. */
export async function getSettings(q = db) {
  const row = await q('settings').orderBy('id').first()
  if (row) return row
  const now = new Date()
  const [created] = await q('settings')
    .insert({ ...DEFAULTS, created_at: now, updated_at: now })
    .returning('*')
  return created
}

export async function updateSettings(changes) {
  const settings = await getSettings()
  const [row] = await db('settings')
    .where({ id: settings.id })
    .update({ ...changes, updated_at: new Date() })
    .returning('*')
  return row
}
