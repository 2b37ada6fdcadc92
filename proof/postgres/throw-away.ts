import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { ensureRequestRole, requestRoleOf } from '../../src/database/login.js'
import { literal, q } from '../../src/database/quoted.js'
import { sqlState } from '../../src/database/sql-state.js'
import { withClient } from '../../src/database/with-client.js'
import { atExit } from '../at-exit.js'
import { privateFolder, serverAccount, temporaryPlace } from './embedded/os-user.js'
import { startEmbedded } from './embedded.js'

/** The two logins of one database, as URLs. */
export interface Urls {
  /** The plain login that owns the database: neither superuser nor CREATEROLE. */
  url: string
  /** The superuser, in the same database. */
  adminUrl: string
}

/** A database that is closed to connections and only copied. */
export interface Template {
  name: string
  /** The plain login that owns it and every copy, and its password. */
  login: string
  password: string
}

export interface Clone extends Urls {
  name: string
  /** Ends its connections and removes it. */
  drop(): Promise<void>
}

export interface Databases {
  /** Makes a database owned by a plain login, lets `build` fill it, then closes it to connections. */
  template(name: string, build: (db: Urls) => Promise<void>): Promise<Template>
  /** Copies a template: about 50 ms. */
  clone(template: Template): Promise<Clone>
  /** Turns a copy into a template: it is closed to connections, and copied from now on. */
  freeze(clone: Clone): Promise<Template>
}

export interface ThrowAwayServer extends Databases {
  /** The superuser's URL of the database `postgres`. */
  adminUrl: string
  /** A folder for files that belong to the server, and that is removed with it. */
  folder: string
  stop(): Promise<void>
}

// The server itself waits five seconds for the template each time.
const RETRIES = 5
const RETRY_MS = 100
/** How often, and after how many ms, a database that is dropped is looked at for connections that are closing. */
const CLOSING_TRIES = 10
const CLOSING_MS = 20

/** Starts a server in a temporary folder that is removed when the server, or this process, ends. */
export async function throwAwayServer(
  options: { log?: (line: string) => void } = {},
): Promise<ThrowAwayServer> {
  const account = serverAccount()
  const dataDir = mkdtempSync(join(temporaryPlace(account), 'usertwo-'))
  const ramdisk = process.env.USERTWO_RAMDISK
  const inMemory = ramdisk ? onRamdisk(ramdisk, dataDir) : []
  const remove = () => {
    for (const left of [...inMemory, dataDir]) rmSync(left, { recursive: true, force: true, maxRetries: 3 })
  }
  // Until the server runs; its watchdog removes the folder then.
  const forget = atExit(remove)
  const server = await startEmbedded({ dataDir, persistent: false, log: options.log })
    .catch((error: unknown) => {
      remove()
      throw error
    })
    .finally(forget)
  return { adminUrl: server.url, folder: dataDir, ...databasesOf(server.url), stop: server.stop }
}

/**
 * Keeps the cluster of a folder on a RAM disk. Each database has some 300 files, and a disk is slow to create
 * them right after as many were removed (ext4: eight times as slow as memory).
 *
 * @throws Error if the folder does not exist, or is not writable
 */
function onRamdisk(ramdisk: string, dataDir: string): string[] {
  try {
    const cluster = mkdtempSync(join(ramdisk, 'usertwo-'))
    privateFolder(cluster, serverAccount())
    symlinkSync(cluster, join(dataDir, 'data'))
    return [cluster]
  } catch (cause) {
    rmSync(dataDir, { recursive: true })
    throw new Error(
      `USERTWO_RAMDISK is ${ramdisk}, where no folder can be made: name one that is there, or unset it.`,
      { cause },
    )
  }
}

/**
 * Makes templates and clones on a running server. Each template has a login of its own, and each database a
 * request role that the login may switch to, as an administrator would have prepared it.
 */
export function databasesOf(adminUrl: string): Databases {
  let strategy: string | undefined
  const close = async (template: Template) => {
    await admin(adminUrl, async (client) => {
      await client.query(`alter database ${q(template.name)} with allow_connections false`)
      await terminate(client, template.name)
    })
    return template
  }
  return {
    async template(name, build) {
      const database = unique(name)
      const password = randomBytes(12).toString('base64url')
      const owner = q(database)
      await admin(adminUrl, async (client) => {
        await client.query(`create role ${owner} login password ${literal(password)}`)
        await client.query(`create database ${owner} owner ${owner} template template0`)
        await ensureRequestRole(client, { database, login: database })
      })
      const template = { name: database, login: database, password }
      await build(urlsOf(adminUrl, database, template))
      return close(template)
    },
    freeze: ({ name, url }) => {
      const { username, password } = new URL(url)
      return close({ name, login: username, password })
    },
    async clone(template) {
      const name = unique(template.name.replace(/_[0-9a-f]{8}$/, ''))
      const id = q(name)
      await admin(adminUrl, async (client) => {
        strategy ??= await byFiles(client)
        const from = `template ${q(template.name)} owner ${q(template.login)} ${strategy}`
        await whenFree(client, template.name, `create database ${id} ${from}`)
        await ensureRequestRole(client, { database: name, login: template.login })
      })
      return {
        name,
        ...urlsOf(adminUrl, name, template),
        drop: () =>
          admin(adminUrl, async (client) => {
            await untilClosed(client, name)
            await client.query(`drop database if exists ${id} with (force)`)
            await client.query(`drop role if exists ${requestRoleOf(name)}`)
          }),
      }
    },
  }
}

/**
 * How a small database is copied fastest: file by file, without a log of it. From PostgreSQL 15 on one has to ask for it;
 * with the log a copy takes three times the processor's time, and its removal ten times.
 */
async function byFiles(client: pg.Client): Promise<string> {
  const { rows } = await client.query(`select current_setting('server_version_num')::int >= 150000 as can`)
  return rows[0].can ? 'strategy file_copy' : ''
}

function urlsOf(adminUrl: string, database: string, { login, password }: Template): Urls {
  const administrator = new URL(adminUrl)
  administrator.pathname = `/${database}`
  const owner = new URL(administrator)
  owner.username = login
  owner.password = password
  return { url: owner.href, adminUrl: administrator.href }
}

function unique(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40)
  return `${plain}_${randomBytes(4).toString('hex')}`
}

function admin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient(url, 'throw-away', work)
}

/**
 * Waits a moment for connections that have just been ended. One that is terminated while it closes reports an error that
 * no code listens for any more, which ends the process.
 */
async function untilClosed(client: pg.Client, database: string): Promise<void> {
  for (let attempt = 0; attempt < CLOSING_TRIES; attempt++) {
    const { rowCount } = await client.query('select from pg_stat_activity where datname = $1 limit 1', [
      database,
    ])
    if (!rowCount) return
    await sleep(CLOSING_MS)
  }
}

async function terminate(client: pg.Client, database: string): Promise<void> {
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
}

/** A template is busy while a connection to it is still closing, or while autovacuum works on it. */
async function whenFree(client: pg.Client, template: string, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(sql)
      return
    } catch (error) {
      if (sqlState(error) !== '55006' || attempt === RETRIES) throw error
      await terminate(client, template)
      await sleep(RETRY_MS)
    }
  }
}
