import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type pg from 'pg'
import { appEnvironment } from '../../proof/gate/app/app-environment.js'
import { onDatabase } from '../../proof/gate/people/on-database.js'
import type { Project } from '../../proof/gate/project.js'
import { runCommand } from '../../proof/gate/run/command.js'
import { runningEmbedded, startEmbedded } from '../../proof/postgres/embedded.js'
import type { Config } from '../../src/config/config.js'
import { waitForDatabase } from '../../src/database/connect.js'
import { literal, q } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { ownerHasLogin } from '../../src/phases/4-auth/accounts/owner-login.js'

/** The database of the served app. The walk migrates it; no gate touches it. */
export interface ServedDatabase {
  /** the URL that the app connects with */
  url: string
  /** Migrates it to a phase. A repeated call changes nothing. */
  migrate(phase: number): Promise<void>
  /** Returns whether the owner can log in. */
  claimed(): Promise<boolean>
  stop(): Promise<void>
}

export interface ServedOptions {
  project: Project
  /** DATABASE_URL: the user's own database; default: an embedded one */
  given?: string
  /** data folder of the embedded database */
  folder: string
  /** password of the unprivileged login that owns the embedded database */
  password: string
}

/**
 * Opens the given database, or the embedded one in the data folder. An empty database gets the app's tables
 * and seed.
 */
export async function openServedDatabase(options: ServedOptions): Promise<ServedDatabase> {
  const { project, given } = options
  const { url, adminUrl, stop } = given ? await connectGiven(given) : await startOwn(options)
  try {
    const empty = await withClient(url, 'start', async (client) => (await tables(client)) === 0)
    await prepareApp(project, url, empty)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    migrate: async (phase) => void (await migrateTo({ url, adminUrl }, project.config, phase)),
    claimed: () => isClaimed(url, project.config),
    stop,
  }
}

interface Opened {
  url: string
  adminUrl?: string
  stop(): Promise<void>
}

async function connectGiven(url: string): Promise<Opened> {
  await waitForDatabase(url, { seconds: 10 })
  return { url, stop: async () => {} }
}

async function startOwn({ project, folder, password }: ServedOptions): Promise<Opened> {
  const dataDir = join(folder, 'postgres')
  // The server of a killed start ends by itself, a moment later.
  for (let waited = 0; waited < 50 && runningEmbedded(dataDir); waited++) await sleep(200)
  const server = await startEmbedded({ dataDir, persistent: true })
  try {
    const name = project.name.replace(/\W+/g, '_').toLowerCase()
    const urls = (database: string) => {
      const adminUrl = new URL(server.url)
      adminUrl.pathname = `/${database}`
      const url = new URL(adminUrl)
      url.username = name
      url.password = password
      return { url: url.href, adminUrl: adminUrl.href }
    }
    await withClient(server.url, 'start', async (client) => {
      await giveLogin(client, name, password)
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
      if (rowCount) return
      // Created under another name, so that an interrupted start leaves no half-seeded database behind.
      const [half, whole] = [`${name}_new`, name].map(q) as [string, string]
      await client.query(`drop database if exists ${half} with (force)`)
      await client.query(`create database ${half} owner ${whole} template template0`)
      await prepareApp(project, urls(`${name}_new`).url, true)
      await client.query(`alter database ${half} rename to ${whole}`)
    })
    return { ...urls(name), stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Creates a login whose only rights are those of its database's owner. */
async function giveLogin(client: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name])
  const verb = rowCount ? 'alter' : 'create'
  const rights = 'login nosuperuser nocreaterole nocreatedb nobypassrls'
  await client.query(`${verb} role ${q(name)} ${rights} password ${literal(password)}`)
}

/** Runs the app's own migrations, and its seed if the database is empty. */
async function prepareApp({ folder, config }: Project, url: string, seed: boolean): Promise<void> {
  const env = { ...appEnvironment(config, url, process.env.REDIS_URL), ENVIRONMENT: 'development' }
  if (config.app.migrate) await runCommand(config.app.migrate, folder, env)
  if (config.app.seed && seed) await runCommand(config.app.seed, folder, env)
}

async function tables(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not in ('information_schema', 'pg_catalog', 'pg_toast')`,
  )
  return rows[0]!.count
}

async function isClaimed(url: string, config: Config): Promise<boolean> {
  return onDatabase({ url }, (db) => ownerHasLogin(db, config))
}
