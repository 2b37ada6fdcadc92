import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { safeChunk } from './safe-chunk.js'

/** `app.log`, `app.log.1`, `error-2026-01-31.log`, and whatever lies in a folder `log` or `logs`. */
const LOG_FILE = /\.log(?:\.\d{1,8})?$|(?:^|[\\/])logs?[\\/][^\\/]+$/i

/** descriptor → whether it is open on a log file */
const descriptors = new Map<number, boolean>()

/** Whether a path names a log file. */
export function isLogFile(path: unknown): boolean {
  if (path instanceof URL) return path.protocol === 'file:' && LOG_FILE.test(fileURLToPath(path))
  return LOG_FILE.test(Buffer.isBuffer(path) ? path.toString() : typeof path === 'string' ? path : '')
}

/** Whether a descriptor is open on a log file. One opened before the guard stood is looked up where Linux tells it. */
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
type Named =
  | 'open'
  | 'openSync'
  | 'close'
  | 'closeSync'
  | 'appendFile'
  | 'appendFileSync'
  | 'writeFile'
  | 'writeFileSync'

/**
 * Knows the descriptors of log files, so that what is written to them can be redacted, and redacts what is appended
 * by name. Log files are known by their names: an app writes other files too, and those are its data.
 *
 * @returns puts everything back
 */
export function guardLogFiles(): () => void {
  const undo = [
    around(fs, 'open', (before, [path, ...rest]) => {
      const opened = rest.pop() as (error: unknown, fd: number) => void
      const seen = (error: unknown, fd: number) => {
        if (!error) descriptors.set(fd, isLogFile(path))
        opened(error, fd)
      }
      return before(path, ...rest, typeof opened === 'function' ? seen : opened)
    }),
    around(fs, 'openSync', (before, [path, ...rest]) => {
      const fd = before(path, ...rest) as number
      // A number is used again for the next file, which may be no log.
      descriptors.set(fd, isLogFile(path))
      return fd
    }),
    ...(['close', 'closeSync'] as const).map((name) =>
      around(fs, name, (before, [fd, ...rest]) => {
        descriptors.delete(fd as number)
        return before(fd, ...rest)
      }),
    ),
    ...(['appendFile', 'appendFileSync', 'writeFile', 'writeFileSync'] as const).map((name) =>
      around(fs, name, redacting),
    ),
    ...(['appendFile', 'writeFile'] as const).map((name) => around(fs.promises, name, redacting)),
  ]
  return () => {
    for (const one of undo) one()
    descriptors.clear()
  }
}

function redacting(before: Call, [path, data, ...rest]: unknown[]): unknown {
  return before(path, isLogFile(path) || isLogDescriptor(path) ? safeChunk(data) : data, ...rest)
}

function around<Name extends Named>(
  owner: { [name in Name]: unknown },
  name: Name,
  change: (before: Call, given: unknown[]) => unknown,
): () => void {
  const before = owner[name] as Call
  const guarded = (...given: unknown[]) =>
    change((...changed) => Reflect.apply(before, owner, changed), given)
  owner[name] = guarded
  return () => {
    if (owner[name] === guarded) owner[name] = before
  }
}
