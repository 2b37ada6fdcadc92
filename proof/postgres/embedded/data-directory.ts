import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { atExit } from '../../at-exit.js'
import type { Binaries } from './binaries.js'
import { closedFolder, type OsUser, privateFolder, SHARED_PLACE } from './os-user.js'

/** The cluster's files and the superuser's password, both inside the folder the caller named. */
export interface DataDirectory {
  cluster: string
  password: string
}

/** `postmaster.pid` as far as it is of use: PostgreSQL writes `ready` into it when it takes connections. */
export interface Postmaster {
  pid: number
  port: number
  ready: boolean
}

/** Reads the cluster's `postmaster.pid`; null when there is none. */
export function readPostmaster(cluster: string): Postmaster | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return null
  }
}

/**
 * Clears a `postmaster.pid` left by a server that is dead.
 *
 * @throws when the server it names is alive: two servers on one data directory would destroy it
 */
function clearStalePid(cluster: string): void {
  const left = readPostmaster(cluster)
  if (!left) return
  if (isPostgres(left.pid)) {
    throw new Error(
      `The database in ${cluster} is already running: pid ${left.pid}, port ${left.port}. ` +
        `Stop the process that uses it first; if none does, stop the server with: kill -INT ${left.pid}`,
    )
  }
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

/**
 * Whether the process lives and is a PostgreSQL; after a restart of the machine its number may be anybody's.
 */
export function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  try {
    const command = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' })
    return command.includes('postgres')
  } catch {
    // It lives and cannot be looked at: taken for the server, which is the harmless mistake.
    return true
  }
}

/**
 * Finds the cluster in `dataDir`, or makes an empty one. Where root keeps `dataDir` in a folder that the
 * server's account cannot enter, the files lie in {@link SHARED_PLACE} and `dataDir/data` is a link to them.
 */
export async function openDataDirectory(
  dataDir: string,
  binaries: Binaries,
  account: OsUser | null,
): Promise<DataDirectory> {
  const folder = resolve(dataDir)
  const place = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  const absent = [place, passwordFile, folder].filter((path) => !lstatSync(path, { throwIfNoEntry: false }))
  const closed = account && closedFolder(place, account)
  // A folder of ours is opened to the account below; one further up is not ours to open.
  if (account && closed && closed !== folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!lstatSync(place, { throwIfNoEntry: false })) {
      mkdirSync(SHARED_PLACE, { recursive: true, mode: 0o755 })
      const elsewhere = mkdtempSync(join(SHARED_PLACE, 'data-'))
      chownSync(elsewhere, account.uid, account.gid)
      symlinkSync(elsewhere, place)
    }
  } else {
    privateFolder(folder, account)
  }
  if (!existsSync(place)) {
    if (lstatSync(place, { throwIfNoEntry: false }))
      throw new Error(
        `${place} is a link to data that is gone. Put it back, or remove the link to start empty.`,
      )
    privateFolder(place, account)
  }
  // The account follows no link that lies in a closed folder.
  const cluster = realpathSync(place)
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    clearStalePid(cluster)
    return { cluster, password: readPassword(passwordFile, cluster) }
  }
  const password = randomBytes(24).toString('base64url')
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (account) chownSync(passwordFile, account.uid, account.gid)
    await initialise(cluster, passwordFile, binaries, account)
  } catch (error) {
    // Half a cluster would be taken for somebody's data by the next start.
    for (const left of absent.includes(place) ? [cluster, ...absent] : absent)
      rmSync(left, { recursive: true, force: true, maxRetries: 3 })
    throw error
  }
  return { cluster, password }
}

function readPassword(file: string, cluster: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new Error(
      `The database in ${cluster} exists, but ${file} with its password is missing. ` +
        'Put the file back, or move the data away to start with an empty database.',
      { cause },
    )
  }
}

async function initialise(cluster: string, passwordFile: string, binaries: Binaries, account: OsUser | null) {
  // Handed over opened, because the account may not be allowed to enter the folder it lies in.
  const file = openSync(passwordFile, 'r')
  const pwfile = process.platform === 'win32' ? passwordFile : '/dev/stdin'
  const args = [`--pgdata=${cluster}`, '--auth=scram-sha-256', '--username=postgres', `--pwfile=${pwfile}`]
  args.push('--encoding=UTF8', '--locale=C', '--no-sync')
  // Before 15 a database has the locale of the system's library alone.
  if (Number.parseInt(binaries.version, 10) >= 15) args.push('--locale-provider=icu', '--icu-locale=und')
  const env = { PATH: process.env.PATH ?? '', TZ: 'UTC' }
  const child = spawn(binaries.initdb, args, { ...account, cwd: '/', env, stdio: [file, 'ignore', 'pipe'] })
  const forget = atExit(() => child.kill('SIGKILL'))
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done))
  closeSync(file)
  forget()
  if (code !== 0) throw new Error(`initdb could not make a database in ${cluster}: ${said.trim()}`)
}
