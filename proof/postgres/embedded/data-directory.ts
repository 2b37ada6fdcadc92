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

/** The cluster's files and the superuser's password, both inside the folder that the caller named. */
export interface DataDirectory {
  cluster: string
  password: string
}

/** The useful parts of `postmaster.pid`. PostgreSQL writes `ready` into it when it accepts connections. */
export interface Postmaster {
  pid: number
  port: number
  ready: boolean
}

/** Reads the cluster's `postmaster.pid`; null if the file is missing. */
export function readPostmaster(cluster: string): Postmaster | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
  } catch {
    return null
  }
}

/**
 * Removes a `postmaster.pid` of a server that is dead.
 *
 * @throws if that server is alive: two servers on one data directory would destroy it
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
 * Returns whether the process is alive and is a PostgreSQL. After a restart of the machine another process
 * may have its pid.
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
    // The process is alive but cannot be inspected. It counts as the server, which is the harmless mistake.
    return true
  }
}

/**
 * Finds the cluster in `dataDir`, or makes an empty one. If root keeps `dataDir` in a folder that the
 * server's account cannot enter, the files are in {@link SHARED_PLACE}, and `dataDir/data` is a link to them.
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
  // The app's own data folder is opened to the account below. A folder further up must stay closed.
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
  // The account cannot follow a link in a closed folder.
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
    // The next start would take an incomplete cluster for existing data.
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
  // Passed as an open file, because the account may not be allowed to enter its folder.
  const file = openSync(passwordFile, 'r')
  const pwfile = process.platform === 'win32' ? passwordFile : '/dev/stdin'
  const args = [`--pgdata=${cluster}`, '--auth=scram-sha-256', '--username=postgres', `--pwfile=${pwfile}`]
  args.push('--encoding=UTF8', '--locale=C', '--no-sync')
  // Before version 15 a database can only have the locale of the system's library.
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
