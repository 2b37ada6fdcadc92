import type pg from 'pg'
import { asLogin } from '../checks/8-rollout/as-login.js'

/**
 * Runs `work` in one read-only snapshot, on the connection with which a backup is made: as the login itself,
 * with the system's binding, so that the policy `usertwo_system` lets every row pass.
 */
export function seeingAll<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return asLogin(url, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    return work(client)
  })
}

/** The startup options of such a connection, in the syntax of libpq. */
export const SEEING_ALL = '-c role=none -c usertwo.user_id=system'
