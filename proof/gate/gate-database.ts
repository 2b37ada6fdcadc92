import pg from 'pg'
import type { Clone } from '../postgres/throw-away.js'
import type { GateDatabase } from './gate.js'

/** Opens a superuser connection, which shows what is really stored, past every policy. */
export function openDatabase(clone: Clone): GateDatabase & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: clone.adminUrl, max: 3, application_name: 'usertwo gate' })
  pool.on('error', () => {})
  const held = new Set<pg.PoolClient>()
  return {
    name: clone.name,
    url: clone.url,
    sql: async <Row>(text: string, values?: unknown[]) => (await pool.query(text, values)).rows as Row[],
    async hold(text) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
        await client.query(text)
        const letGo = async () => {
          if (!held.delete(client)) return
          await client.query('rollback').finally(() => client.release())
        }
        held.add(client)
        return { pid: rows[0]!.pid, letGo }
      } catch (error) {
        client.release(true)
        throw error
      }
    },
    close: () => {
      for (const client of held) client.release(true)
      return pool.end()
    },
  }
}
