import type pg from 'pg'
import { withClient } from '../../database/with-client.js'

/** Runs `work` on a connection as the login itself, past row security by the system's policy. */
export function asLogin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(url, '', async (client) => {
    await client.query('set role none')
    await client.query(`select set_config('usertwo.user_id', 'system', false)`)
    return work(client)
  })
}
