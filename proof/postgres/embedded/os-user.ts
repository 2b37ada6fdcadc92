import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Binaries } from './binaries.js'

/** The account that runs the server; null means the account of this process. */
export interface OsUser {
  uid: number
  gid: number
}

/** The folder for what the server's account must reach, if this project is in a closed folder. */
export const SHARED_PLACE = '/var/lib/usertwo'

const NAME = 'postgres'

const MAKE = ['useradd', '--system', '--user-group', '--no-create-home', NAME] as const

/** The folders of programs for root, which a root without a login shell may lack in its PATH. */
const FOLDERS_OF_ROOT = '/usr/sbin:/sbin'

/**
 * Returns the command with which root makes the account for a server; null if none is needed, or it exists.
 */
export function accountToMake(): string | null {
  if (process.getuid?.() !== 0) return null
  try {
    idOf('-u')
    return null
  } catch {
    return MAKE.join(' ')
  }
}

/**
 * Returns the account for the server. PostgreSQL refuses to run as root, so root runs it as the account
 * `postgres`, which is made, after a notice, if it is missing.
 *
 * @throws if this is root and the account can be neither found nor made
 */
export function serverAccount(): OsUser | null {
  if (process.getuid?.() !== 0) return null
  const read = () => ({ uid: idOf('-u'), gid: idOf('-g') })
  try {
    return read()
  } catch {
    // Made below.
  }
  // Not on stdout, because a command may promise JSON there.
  console.error(
    `This is root, and PostgreSQL does not run as root. Making the account for it: ${MAKE.join(' ')}`,
  )
  const env = { ...process.env, PATH: `${process.env.PATH}:${FOLDERS_OF_ROOT}` }
  try {
    try {
      const [program, ...args] = MAKE
      execFileSync(program, args, { stdio: 'pipe', env })
    } catch {
      execFileSync('adduser', ['-S', '-D', '-H', NAME], { stdio: 'pipe', env })
    }
    return read()
  } catch (cause) {
    throw new Error(
      `PostgreSQL does not run as root, and the account "${NAME}" could not be made. ` +
        'Run as an ordinary user, add the account, or set DATABASE_URL.',
      { cause },
    )
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: 'pipe' }))
}

/** Returns the first folder above `path` that the account may not enter, or null. */
export function closedFolder(path: string, account: OsUser): string | null {
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & bit) === 0) return at
    }
    if (at === dirname(at)) return null
  }
}

/** Returns the folder for temporary files that the server's account can reach. */
export function temporaryPlace(account: OsUser | null): string {
  const usual = tmpdir()
  return account && closedFolder(join(usual, 'x'), account) ? '/var/tmp' : usual
}

/** Returns the programs themselves, or a copy in a place that the account can reach. */
export function reachableBinaries(binaries: Binaries, account: OsUser | null): Binaries {
  if (!account || !closedFolder(binaries.postgres, account)) return binaries
  const root = join(SHARED_PLACE, `postgres-${binaries.version}`)
  if (!existsSync(root)) {
    mkdirSync(SHARED_PLACE, { recursive: true, mode: 0o755 })
    const half = `${root}.${process.pid}`
    cpSync(binaries.root, half, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(half, root)
    } catch {
      // Another process was first. Its copy is the same.
      rmSync(half, { recursive: true, force: true })
    }
  }
  return { ...binaries, root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') }
}

/** Makes a folder that only the server's account (and root) may enter. */
export function privateFolder(path: string, account: OsUser | null): void {
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o700)
  if (account) chownSync(path, account.uid, account.gid)
}
