import type { Client } from 'pg'
import type { Kit } from './core/kit.js'
import { asUnreachable, LOCAL, PATIENCE_MS, WAIT_FOR_DATABASE, waitForDatabase } from './database/connect.js'
import { withClient } from './database/with-client.js'
import type { Start } from './phases/phase.js'

/** Runs each step of the start for every phase in order. A failed step of an active phase stops the start. */
export async function startPhases(kit: Kit, starts: readonly Start[], needsDatabase: boolean): Promise<void> {
  const { DATABASE_URL } = kit.settings
  for (const phase of starts) await phase.load?.()
  if (needsDatabase && DATABASE_URL) await waitForDatabase(DATABASE_URL, { seconds: WAIT_FOR_DATABASE })
  for (const phase of starts) await phase.connect?.()
  await onClient(kit, async (client) => {
    try {
      // Behind a pooler, session settings end with the transaction.
      await client.query('begin')
      for (const phase of starts) await phase.read?.(client)
    } finally {
      await client.query('rollback').catch(() => {})
    }
  })
  for (const phase of starts) await phase.verify?.()
}

/** Runs `work` on a pooled client. Below phase 4 one connection is enough, and knex stays unloaded. */
async function onClient(kit: Kit, work: (client: Client) => Promise<void>): Promise<void> {
  if (!kit.has('auth')) {
    const url = kit.settings.DATABASE_URL ?? LOCAL
    return withClient(url, '', work, PATIENCE_MS).catch((cause: unknown) => {
      throw asUnreachable(url, cause)
    })
  }
  const { client: pool } = kit.db
  const client: Client = await pool.acquireConnection()
  try {
    await work(client)
  } finally {
    await pool.releaseConnection(client)
  }
}
