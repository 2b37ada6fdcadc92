import { join } from 'node:path'
import type { Knex } from 'knex'
import { runningEmbedded } from '../proof/postgres/embedded.js'
import { refuseRemote } from '../proof/postgres/this-machine.js'
import { connect } from '../src/database/connect.js'
import { UsageError } from './usage-error.js'

/**
 * Returns the database of a command: `--database URL`, else DATABASE_URL, else the one that runs under
 * USERTWO_DATA.
 * @throws UsageError when none of these names a database
 */
export function databaseUrl(given: string | undefined): string {
  const { DATABASE_URL, USERTWO_DATA } = process.env
  const url = given || DATABASE_URL || runningEmbedded(join(USERTWO_DATA || '.usertwo', 'postgres'))
  if (url) return url
  throw new UsageError(
    'no database: set DATABASE_URL, or use --database postgres://user:password@host/database',
  )
}

/**
 * Returns the same for a command that writes. A server on another machine is refused without
 * `--allow-remote`.
 * @throws ConfigError that names the address
 */
export function writableDatabaseUrl(values: { database?: string; 'allow-remote'?: boolean }): string {
  const url = databaseUrl(values.database)
  if (!values['allow-remote']) refuseRemote(url, values.database ? '--database' : 'DATABASE_URL')
  return url
}

/** Runs `work` on the toolkit's own pool, which sees every user's rows. */
export async function withDatabase<T>(url: string, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = connect(url, { system: true, max: 2, applicationName: 'usertwo command' })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
