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
    registry.undo = [guard(process.stdout), guard(process.stderr), reportsWithoutSecrets()]
  let held = true
  return () => {
    if (!held) return
    held = false
    if (--registry.holders === 0) for (const undo of registry.undo.splice(0)) undo()
  }
}

function guard(stream: NodeJS.WriteStream): () => void {
  const before = stream.write
  const write = function (this: NodeJS.WriteStream, chunk: unknown, ...rest: unknown[]): boolean {
    let safe = chunk
    // Logging must not be what stops the app.
    try {
      if (typeof chunk === 'string') safe = redactText(chunk)
      else if (chunk instanceof Uint8Array) safe = redactBytes(chunk)
    } catch {
      safe = '[a line that could not be redacted]\n'
    }
    return Reflect.apply(before, this, [safe, ...rest])
  } as Write
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
