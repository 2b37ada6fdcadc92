import type pg from 'pg'
import {
  DirectConnectionNeeded,
  refusesStartupOptions,
  withStartupOptions,
} from '../../../src/database/startup-options.js'
import { withClient } from '../../../src/database/with-client.js'

/**
 * Runs `work` on a connection as the login itself, past row security by the system's policy.
 *
 * @throws DirectConnectionNeeded through a PgBouncer, where these settings would stay set for the next client
 */
export async function asLogin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  try {
    const direct = withStartupOptions(url, '-c role=none -c usertwo.user_id=system')
    return await withClient(direct, '', async (client) => {
      const { rows } = await client.query<{ user: string | null }>(
        `select current_setting('usertwo.user_id', true) as user`,
      )
      if (rows[0]?.user !== 'system') throw new DirectConnectionNeeded()
      return work(client)
    })
  } catch (error) {
    throw refusesStartupOptions(error) ? new DirectConnectionNeeded() : error
  }
}
