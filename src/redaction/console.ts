import { guardDescriptors } from './descriptors.js'
import { reportsWithoutSecrets } from './outgoing-reports.js'
import { safeChunk } from './safe-chunk.js'

type Write = typeof process.stdout.write

/**
 * What the app itself prints goes through the same redactor: everything written to standard output and standard
 * error (`console.*` ends there too) and to log files, and the error reports it sends to third parties. One registry a process,
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
