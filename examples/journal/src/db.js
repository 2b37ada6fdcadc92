import pg from 'pg'
import { config } from './config.js'

export const pool = new pg.Pool({ connectionString: config.databaseUrl, max: 10 })
pool.on('error', (error) => console.error(`An idle connection was lost: ${error.message}`))

export const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

/** The first row; null where there is none. */
export const one = async (sql, ...values) => (await rows(sql, ...values))[0] ?? null

/** Everything that `work` asks its client happens, or nothing does. */
export async function inTransaction(work) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const made = await work(client)
    await client.query('commit')
    return made
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
