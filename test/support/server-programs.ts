import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findBinaries } from '../../proof/postgres/embedded/binaries.js'
import { privateFolder, serverAccount } from '../../proof/postgres/embedded/os-user.js'
import { freePort } from '../../proof/postgres/free-port.js'
import { withClient } from '../../src/database/with-client.js'

/** Where Debian puts the programs of each major; elsewhere they are looked for on the PATH. */
const DEBIAN = '/usr/lib/postgresql'
/** The server of a package, which has no pg_dump, takes the place of the machine's own. */
const SERVER = process.env.USERTWO_EMBEDDED
const NEEDED = SERVER ? ['pg_dump'] : ['initdb', 'postgres', 'pg_dump']

/**
 * The folder of a PostgreSQL of this machine's own, server and pg_dump of one version, or the one that PG_BIN names; null where
 * there is none.
 */
export function serverPrograms(): string | null {
  const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = majors.map((major) => join(DEBIAN, major, 'bin')).concat(process.env.PATH?.split(':') ?? [])
  return (
    [...(process.env.PG_BIN ? [process.env.PG_BIN] : []), ...folders].find((folder) =>
      NEEDED.every((name) => existsSync(join(folder, name))),
    ) ?? null
  )
}

/** A server of this machine's own PostgreSQL, with one empty database. */
export interface Installed {
  url: string
  version: string
  /** what `pg_dump --format=plain` writes, to this file. @param of default: all of the database of `url` */
  dump(file: string, of?: { url?: string; only?: 'schema' | 'data' }): void
  stop(): Promise<void>
}

/**
 * Starts it on loopback at a port of its own; where this is root, as the account that a server may run as.
 * @param programs as `serverPrograms` finds them
 */
export async function startInstalled(programs: string): Promise<Installed> {
  const account = serverAccount()
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-installed-'))
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  privateFolder(data, account)
  const run = (name: string) => join(programs, name)
  const binaries = SERVER ? await findBinaries() : { initdb: run('initdb'), postgres: run('postgres') }
  execFileSync(
    binaries.initdb,
    ['-D', data, '-U', 'admin', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    {
      ...account,
      stdio: 'pipe',
    },
  )
  const port = await freePort()
  const options = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' }
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(binaries.postgres, ['-D', data, ...args], { ...account, stdio: 'ignore' })
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGINT')
      await once(server, 'exit')
    }
    rmSync(folder, { recursive: true, force: true })
  }
  const at = (database: string) => `postgres://admin@127.0.0.1:${port}/${database}`
  const url = at('app')
  try {
    await answering(at('postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    version: spawnSync(run('pg_dump'), ['--version'], { encoding: 'utf8' }).stdout.trim(),
    dump: (file, of = {}) => {
      const parts = of.only ? [`--${of.only}-only`] : []
      const asked = ['--format=plain', ...parts, `--file=${file}`, of.url ?? url]
      execFileSync(run('pg_dump'), asked, { stdio: 'pipe' })
    },
    stop,
  }
}

async function answering(url: string): Promise<void> {
  for (const until = Date.now() + 30_000; ; ) {
    const client = new pg.Client(url)
    try {
      await client.connect()
      await client.query('create database app')
      return await client.end()
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((later) => setTimeout(later, 100))
    }
  }
}

/** Gives the schema public to the app's login alone, as from PostgreSQL 15 it is: a change there that an undo does not take back. */
export const closedToOthers = (adminUrl: string): Promise<unknown> =>
  withClient(adminUrl, 'test', (client) =>
    client.query('alter schema public owner to app; revoke create on schema public from public'),
  )
