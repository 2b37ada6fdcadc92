import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Holder {
  pid: number
  port: number
}

/** The data folder of `npm start` (USERTWO_DATA), locked by one process at a time. */
export interface DataFolder {
  path: string
  /** whether the last start ended without releasing the folder */
  takenOver: boolean
  /** Unlocks the folder for the next start. */
  release(): void
}

/**
 * Creates the folder if it is missing, and locks it with `start.lock` until `release`. The lock of a dead
 * process is taken over.
 *
 * @throws with pid and port of the process that holds the lock
 */
export function openDataFolder(path: string, port: number): DataFolder {
  const folder = resolve(path)
  mkdirSync(join(folder, 'gate'), { recursive: true })
  const lock = join(folder, 'start.lock')
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, port } satisfies Holder))
  let takenOver = false
  try {
    // A link is created together with its content, and only one of two processes can create it.
    for (let attempt = 1; !linked(mine, lock); attempt++) {
      const holder = readHolder(lock)
      if (holder && isAlive(holder.pid)) throw new Error(inUse(folder, holder))
      if (attempt === 5) throw new Error(`${lock} cannot be taken over; remove it by hand.`)
      takenOver = true
      setAside(lock)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return {
    path: folder,
    takenOver,
    release: () => {
      if (readHolder(lock)?.pid === process.pid) rmSync(lock, { force: true })
    },
  }
}

/**
 * Returns the message that says what the next start will find.
 *
 * @param passed phases with a GO that the next start does not repeat while their inputs are the same
 * @param given URL of the user's own database, if it holds the rows
 */
export function keptWords(path: string, passed: readonly number[], given?: string): string {
  const rows = given ? 'the secrets and the last report' : 'the database, the secrets and the last report'
  const elsewhere = given ? '; the rows are in your own database' : ''
  const gates = passed.length ? ` The GO of phase ${passed.join(', ')} is valid until its inputs change.` : ''
  return `Ended. Kept in ${path}: ${rows} of the gates${elsewhere}. npm start continues with them.${gates}`
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readHolder(lock: string): Holder | null {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Holder
  } catch {
    return null
  }
}

/** Moves a dead lock away. Of two processes that find it, only one succeeds. */
function setAside(lock: string): void {
  const aside = `${lock}.dead.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    // Another process was first.
  }
  rmSync(aside, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  try {
    // After a restart of the machine, the pid may belong to any process.
    return /node|npm/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return true
  }
}

function inUse(folder: string, { pid, port }: Holder): string {
  return (
    `npm start is already running on the data in ${folder}: pid ${pid}, port ${port}.\n` +
    `Open http://localhost:${port}, stop that one with Ctrl-C, or start a second one next to it:\n` +
    '  USERTWO_DATA=.usertwo-2 PORT=3001 npm start'
  )
}
