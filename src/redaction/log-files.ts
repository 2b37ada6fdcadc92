import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { safeChunk } from './safe-chunk.js'

/** `app.log`, `app.log.1`, `error-2026-01-31.log`, and everything in a folder `log` or `logs`. */
const LOG_FILE = /\.log(?:\.\d{1,8})?$|(?:^|[\\/])logs?[\\/][^\\/]+$/i

/** descriptor → whether it is open on a log file */
const descriptors = shared('log-files', () => new Map<number, boolean>())

/** Whether a path names a log file. */
export function isLogFile(path: unknown): boolean {
  if (path instanceof URL) return path.protocol === 'file:' && LOG_FILE.test(fileURLToPath(path))
  return LOG_FILE.test(Buffer.isBuffer(path) ? path.toString() : typeof path === 'string' ? path : '')
}

/** Whether a descriptor is open on a log file. One that was opened before the guard is looked up in /proc on Linux. */
export function isLogDescriptor(fd: unknown): boolean {
  if (typeof fd !== 'number') return false
  const known = descriptors.get(fd)
  if (known !== undefined) return known
  const is = isLogFile(pathOf(fd))
  descriptors.set(fd, is)
  return is
}

function pathOf(fd: number): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}

type Call = (...given: unknown[]) => unknown
type Change = (below: Call, given: unknown[]) => unknown
const NOTED = 'which descriptors are open on log files, to redact what is written to them'
const APPENDED = 'what is appended to a log file by its name leaves without secrets'

/**
 * Tracks the descriptors of log files, so that writes to them can be redacted, and redacts what is appended
 * by name. Log files are recognised by their names: an app's other files are its data.
 *
 * @returns undo
 */
export function guardLogFiles(): () => void {
  const undo = [
    around(fs, 'open', NOTED, (open, [path, ...rest]) => {
      const opened = rest.pop() as (error: unknown, fd: number) => void
      const seen = (error: unknown, fd: number) => {
        if (!error) descriptors.set(fd, isLogFile(path))
        opened(error, fd)
      }
      return open(path, ...rest, typeof opened === 'function' ? seen : opened)
    }),
    around(fs, 'openSync', NOTED, (open, [path, ...rest]) => {
      const fd = open(path, ...rest) as number
      // A number is reused for the next file, which may not be a log.
      descriptors.set(fd, isLogFile(path))
      return fd
    }),
    ...(['close', 'closeSync'] as const).map((name) =>
      around(fs, name, NOTED, (close, [fd, ...rest]) => {
        descriptors.delete(fd as number)
        return close(fd, ...rest)
      }),
    ),
    ...(['appendFile', 'appendFileSync', 'writeFile', 'writeFileSync'] as const).map((name) =>
      around(fs, name, APPENDED, redacting),
    ),
    ...(['appendFile', 'writeFile'] as const).map((name) => around(fs.promises, name, APPENDED, redacting)),
  ]
  return () => {
    for (const one of undo) one()
    descriptors.clear()
  }
}

function redacting(write: Call, [path, data, ...rest]: unknown[]): unknown {
  return write(path, isLogFile(path) || isLogDescriptor(path) ? safeChunk(data) : data, ...rest)
}

function around<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  why: string,
  change: Change,
): () => void {
  const guarded =
    (below: Call): Call =>
    (...given) =>
      change((...changed) => Reflect.apply(below, owner, changed), given)
  const of = `${(owner as object) === fs ? 'fs' : 'fs.promises'}.${name}`
  return patch(owner as Record<string, Call>, name, guarded, { of, why }, { idempotent: true })
}
