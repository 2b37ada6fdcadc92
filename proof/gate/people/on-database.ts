import { connect } from '../../../src/database/connect.js'
import type { GateDatabase } from '../gate.js'

/** Runs `work` on a database as the command line would, as the system. */
export async function onDatabase<Made>(
  { url }: Pick<GateDatabase, 'url'>,
  work: (db: ReturnType<typeof connect>) => Promise<Made>,
): Promise<Made> {
  const db = connect(url, { system: true, max: 1 })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
