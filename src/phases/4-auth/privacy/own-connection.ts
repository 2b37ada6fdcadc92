import type { Knex } from 'knex'
import type { Kit } from '../../../core/kit.js'
import { connect, LOCAL } from '../../../database/connect.js'

/**
 * Runs `work` on one connection that no request waits for, as the system and without a limit of time: an export or a
 * deletion may take minutes.
 */
export async function onOwnConnection<T>(kit: Kit, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = connect(kit.settings.DATABASE_URL ?? LOCAL, {
    max: 1,
    system: true,
    applicationName: 'usertwo privacy',
  })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
