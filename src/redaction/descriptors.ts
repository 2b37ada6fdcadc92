import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { guardLogFiles, isLogDescriptor } from './log-files.js'
import { safeChunk } from './safe-chunk.js'

type Written = (error: Error | null, written: number, given: unknown) => void
type Chunk = string | Uint8Array

const isGuarded = (fd: unknown) => fd === 1 || fd === 2 || isLogDescriptor(fd)
const lengthOf = (chunk: Chunk) => Buffer.byteLength(chunk)

/** The part of `chunk` that is to be written, and whether it has a place of its own in the file. */
function part(chunk: Chunk, rest: unknown[]): { given: Chunk; placed: boolean } {
  const [offset, length, position] = rest
  if (typeof chunk === 'string') return { given: chunk, placed: typeof offset === 'number' }
  if (typeof offset !== 'number') return { given: chunk, placed: false }
  const end = typeof length === 'number' ? offset + length : chunk.byteLength
  return { given: chunk.subarray(offset, end), placed: typeof position === 'number' }
}

/** The bytes to write instead, or null where nothing was masked; what has its place in a file keeps its length. */
function masked(chunk: Chunk, rest: unknown[]): { bytes: Buffer; told: number } | null {
  const { given, placed } = part(chunk, rest)
  const safe = safeChunk(given) as Chunk
  if (safe === given) return null
  const told = lengthOf(given)
  const bytes = typeof safe === 'string' ? Buffer.from(safe) : Buffer.from(safe)
  if (!placed) return { bytes, told }
  const kept = Buffer.alloc(told, ' ')
  bytes.copy(kept)
  return { bytes: kept, told }
}

/**
 * Loggers such as pino write to the descriptors 1 and 2 themselves, others to log files. They are told that all they
 * gave was written: what was masked has another length, and they would send the rest again.
 *
 * @returns puts everything back
 */
export function guardDescriptors(): () => void {
  const { write, writeSync, writev } = fs
  const files = guardLogFiles()

  fs.writeSync = function guardedWriteSync(fd: number, chunk: Chunk, ...rest: unknown[]) {
    const safe = isGuarded(fd) ? masked(chunk, rest) : null
    if (!safe) return Reflect.apply(writeSync, fs, [fd, chunk, ...rest])
    for (let at = 0; at < safe.bytes.length; ) at += Reflect.apply(writeSync, fs, [fd, safe.bytes, at])
    return safe.told
  } as typeof writeSync

  const writeAll = (fd: number, bytes: Buffer, done: (error: Error | null) => void) => {
    const from = (at: number): void =>
      Reflect.apply(write, fs, [
        fd,
        bytes,
        at,
        (error: Error | null, written: number) => {
          if (error || at + written >= bytes.length) done(error)
          else from(at + written)
        },
      ])
    from(0)
  }

  fs.write = function guardedWrite(fd: number, chunk: Chunk, ...rest: unknown[]) {
    const done = rest.at(-1) as Written
    const safe = isGuarded(fd) ? masked(chunk, rest.slice(0, -1)) : null
    if (!safe) return Reflect.apply(write, fs, [fd, chunk, ...rest])
    writeAll(fd, safe.bytes, (error) => done(error, error ? 0 : safe.told, chunk))
  } as typeof write

  // Streams gather what waits into one call.
  fs.writev = function guardedWritev(fd: number, chunks: Uint8Array[], ...rest: unknown[]) {
    const done = rest.at(-1) as Written
    const safe = isGuarded(fd) ? masked(Buffer.concat(chunks), []) : null
    if (!safe) return Reflect.apply(writev, fs, [fd, chunks, ...rest])
    writeAll(fd, safe.bytes, (error) => done(error, error ? 0 : safe.told, chunks))
  } as typeof writev

  const guarded = { write: fs.write, writeSync: fs.writeSync, writev: fs.writev }
  // Also for those who wrote `import { appendFile } from 'node:fs'`.
  syncBuiltinESMExports()
  return () => {
    if (fs.write === guarded.write) fs.write = write
    if (fs.writeSync === guarded.writeSync) fs.writeSync = writeSync
    if (fs.writev === guarded.writev) fs.writev = writev
    files()
    syncBuiltinESMExports()
  }
}
