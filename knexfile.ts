import { join } from 'node:path'
import type { Knex } from 'knex'
import { runningEmbedded } from './proof/postgres/embedded.js'

/**
 * For knex's own command line and for scripts: the database of DATABASE_URL, else the one that a running
 * `npm start` keeps under USERTWO_DATA. There is no migrations directory here: `usertwo migrate` (umzug) owns
 * the toolkit's schema, and each example its own.
 */
function connection(): Knex.PgConnectionConfig {
  const { DATABASE_URL, USERTWO_DATA } = process.env
  const url = DATABASE_URL || runningEmbedded(join(USERTWO_DATA || '.usertwo', 'postgres'))
  if (!url) throw new Error('No database: set DATABASE_URL, or run `npm start` in another terminal.')
  return { connectionString: url }
}

const config: Knex.Config = { client: 'pg', connection, pool: { min: 0, max: 5 } }

export default config
