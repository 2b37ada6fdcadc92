import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { below, patch } from '../core/process/patch.js'
import { guardLogFiles, isLogDescriptor } from './log-files.js'
import { safeChunk } from './safe-chunk.js'

type Written = (error: Error | null, written: number, given: unknown) => void
type Chunk = string | Uint8Array

const isGuarded = (fd: unknown) => fd === 1 || fd === 2 || isLogDescriptor(fd)
const lengthOf = (chunk: Chunk) => Buffer.byteLength(chunk)

/** The part of `chunk` to write, and whether it has a fixed position in the file. */
function part(chunk: Chunk, rest: unknown[]): { given: Chunk; placed: boolean } {
  const [offset, length, position] = rest
  if (typeof chunk === 'string') return { given: chunk, placed: typeof offset === 'number' }
  if (typeof offset !== 'number') return { given: chunk, placed: false }
  const end = typeof length === 'number' ? offset + length : chunk.byteLength
  return { given: chunk.subarray(offset, end), placed: typeof position === 'number' }
}

/** The bytes to write instead, or null if nothing was masked; text with a fixed position in a file keeps its length. */
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

const WHY = 'loggers write to standard output, standard error and log files by their descriptors'
const hookOf = (name: string) => ({ of: `fs.${name}`, why: WHY })

/**
 * Guards writes to descriptors: loggers such as pino write to the descriptors 1 and 2 directly, others to log files.
 * The call reports that everything was written: masked text has another length, and they would send the rest again.
 *
 * @returns undo
 */
export function guardDescriptors(): () => void {
  const undo = [
    guardLogFiles(),
    patch(fs, 'writeSync', guardedWriteSync, hookOf('writeSync'), { idempotent: true }),
    patch(fs, 'write', guardedWrite, hookOf('write'), { idempotent: true }),
    // Streams combine waiting writes into one call.
    patch(fs, 'writev', guardedWritev, hookOf('writev'), { idempotent: true }),
  ]
  // Also for modules that wrote `import { appendFile } from 'node:fs'`.
  syncBuiltinESMExports()
  return () => {
    for (const one of undo) one()
    syncBuiltinESMExports()
  }
}

function writeAll(fd: number, bytes: Buffer, done: (error: Error | null) => void, at = 0): void {
  const next = (error: Error | null, written: number) => {
    if (error || at + written >= bytes.length) done(error)
    else writeAll(fd, bytes, done, at + written)
  }
  Reflect.apply(below(fs, 'write'), fs, [fd, bytes, at, next])
}

function guardedWriteSync(write: typeof fs.writeSync): typeof fs.writeSync {
  return ((fd: number, chunk: Chunk, ...rest: unknown[]) => {
    const safe = isGuarded(fd) ? masked(chunk, rest) : null
    if (!safe) return Reflect.apply(write, fs, [fd, chunk, ...rest])
    for (let at = 0; at < safe.bytes.length; ) at += Reflect.apply(write, fs, [fd, safe.bytes, at])
    return safe.told
  }) as typeof write
}

function guardedWrite(write: typeof fs.write): typeof fs.write {
  return ((fd: number, chunk: Chunk, ...rest: unknown[]) => {
    const done = rest.at(-1) as Written
    const safe = isGuarded(fd) ? masked(chunk, rest.slice(0, -1)) : null
    if (!safe) return Reflect.apply(write, fs, [fd, chunk, ...rest])
    writeAll(fd, safe.bytes, (error) => done(error, error ? 0 : safe.told, chunk))
  }) as typeof write
}

function guardedWritev(writev: typeof fs.writev): typeof fs.writev {
  return ((fd: number, chunks: Uint8Array[], ...rest: unknown[]) => {
    const done = rest.at(-1) as Written
    const safe = isGuarded(fd) ? masked(Buffer.concat(chunks), []) : null
    if (!safe) return Reflect.apply(writev, fs, [fd, chunks, ...rest])
    writeAll(fd, safe.bytes, (error) => done(error, error ? 0 : safe.told, chunks))
  }) as typeof writev
}
