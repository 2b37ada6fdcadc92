import { db } from '../db.js'

export async function ensureUser(id, q = db) {
  const user = await q('users').where({ id }).first()
  if (!user) await q('users').insert({ id, username: 'default_user', created_at: new Date() })
}
