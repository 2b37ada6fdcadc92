import fs from 'node:fs'
import { reportsWithoutSecrets } from './outgoing-reports.js'
import { redactText } from './redact-text.js'

type Write = typeof process.stdout.write

/**
 * What the app itself prints goes through the same redactor: everything written to standard output and standard
 * error (`console.*` ends there too), and the error reports it sends to third parties. One registry a process,
 * reference-counted: the last `dispose` puts everything back as it was.
 */
interface Registry {
  holders: number
  undo: (() => void)[]
}

const KEY = Symbol.for('usertwo.console')
const globals = globalThis as { [KEY]?: Registry }
globals[KEY] ??= { holders: 0, undo: [] }
const registry = globals[KEY]

/** @returns releases this holder's claim; calling it twice is harmless */
export function redactConsole(): () => void {
  if (registry.holders++ === 0)
    registry.undo = [
      guard(process.stdout),
      guard(process.stderr),
      guardDescriptors(),
      reportsWithoutSecrets(),
    ]
  let held = true
  return () => {
    if (!held) return
    held = false
    if (--registry.holders === 0) for (const undo of registry.undo.splice(0)) undo()
  }
}

/** Writes text that has been redacted already to standard output, past the guard, which would do it again. */
export function writeRedacted(text: string): void {
  Reflect.apply(unguarded.get(process.stdout.write) ?? process.stdout.write, process.stdout, [text])
}

/** a guarded `write` → the one below it */
const unguarded = new WeakMap<Write, Write>()

function guard(stream: NodeJS.WriteStream): () => void {
  const before = stream.write
  const write = function (this: NodeJS.WriteStream, chunk: unknown, ...rest: unknown[]): boolean {
    const safe = safeChunk(chunk)
    return Reflect.apply(before, this, [safe, ...rest])
  } as Write
  unguarded.set(write, before)
  stream.write = write
  return () => {
    if (stream.write === write) stream.write = before
  }
}

/** Text in bytes is masked; bytes in which nothing was masked are passed on as they were, binary or not. */
function redactBytes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const masked = redactText(Buffer.from(text, 'latin1').toString('utf8'))
  return masked === Buffer.from(text, 'latin1').toString('utf8') ? bytes : Buffer.from(masked)
}

function safeChunk(chunk: unknown): unknown {
  // Logging must not be what stops the app.
  try {
    if (typeof chunk === 'string') return redactText(chunk)
    return chunk instanceof Uint8Array ? redactBytes(chunk) : chunk
  } catch {
    return '[a line that could not be redacted]\n'
  }
}

type Written = (error: Error | null, written: number, given: unknown) => void

/**
 * Loggers such as pino write to the descriptors 1 and 2 themselves. They are told that all they gave was written:
 * what was masked has another length, and they would send the rest again.
 */
function guardDescriptors(): () => void {
  const { write, writeSync } = fs
  const isTerminal = (fd: unknown) => fd === 1 || fd === 2
  const lengthOf = (chunk: string | Uint8Array) => Buffer.byteLength(chunk)

  fs.writeSync = function guardedWriteSync(fd: number, chunk: string | Uint8Array, ...rest: unknown[]) {
    const safe = isTerminal(fd) && rest.every((one) => typeof one === 'string') ? safeChunk(chunk) : chunk
    if (safe === chunk) return Reflect.apply(writeSync, fs, [fd, chunk, ...rest])
    const bytes = Buffer.from(safe as string)
    for (let at = 0; at < bytes.length; ) at += Reflect.apply(writeSync, fs, [fd, bytes, at])
    return lengthOf(chunk)
  } as typeof writeSync

  fs.write = function guardedWrite(fd: number, chunk: string | Uint8Array, ...rest: unknown[]) {
    const done = rest.at(-1) as Written
    const plain = rest.slice(0, -1).every((one) => typeof one === 'string')
    const safe = isTerminal(fd) && plain ? safeChunk(chunk) : chunk
    if (safe === chunk) return Reflect.apply(write, fs, [fd, chunk, ...rest])
    const bytes = Buffer.from(safe as string)
    const from = (at: number): void =>
      Reflect.apply(write, fs, [
        fd,
        bytes,
        at,
        (error: Error | null, written: number) => {
          if (error || at + written >= bytes.length) done(error, error ? 0 : lengthOf(chunk), chunk)
          else from(at + written)
        },
      ])
    from(0)
  } as typeof write

  const guarded = { write: fs.write, writeSync: fs.writeSync }
  return () => {
    if (fs.write === guarded.write) fs.write = write
    if (fs.writeSync === guarded.writeSync) fs.writeSync = writeSync
  }
}
