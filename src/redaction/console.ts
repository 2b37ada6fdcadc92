import { below, patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { guardDescriptors } from './descriptors.js'
import { reportsWithoutSecrets } from './outgoing-reports.js'
import { safeChunk } from './safe-chunk.js'

/**
 * What the app itself prints goes through the same redactor: everything written to standard output and standard
 * error (`console.*` ends there too) and to log files, and the error reports it sends to third parties. One registry a process,
 * reference-counted: the last `dispose` puts everything back as it was.
 */
const registry = shared('console', () => ({
  holders: 0,
  undo: [] as (() => void)[],
  /** redacted text of this turn that is not written yet */
  pending: '',
  hasEnd: false,
}))

/** @returns releases this holder's claim; calling it twice is harmless */
export function redactConsole(): () => void {
  if (registry.holders++ === 0)
    registry.undo = [guard('stdout'), guard('stderr'), guardDescriptors(), reportsWithoutSecrets()]
  let held = true
  return () => {
    if (!held) return
    held = false
    if (--registry.holders === 0) for (const undo of registry.undo.splice(0)) undo()
  }
}

/**
 * Writes text that has been redacted already to standard output, past the guard, which would do it again: what comes in
 * one turn of the event loop together, before whatever the app prints later, and at the latest when the process ends.
 */
export function writeRedacted(text: string): void {
  const { hasEnd } = registry
  if (!hasEnd) {
    process.once('exit', flush)
    // What cannot be written, where the disk is full or nobody reads any more, is lost: as with `console.log` that is no
    // reason for the app to end, which an error that nobody listens for would be.
    process.stdout.on('error', () => {})
  }
  registry.hasEnd = true
  if (registry.pending === '') setImmediate(flush)
  registry.pending += text
}

function flush(): void {
  const text = registry.pending
  if (text === '') return
  registry.pending = ''
  Reflect.apply(below(process.stdout, 'write'), process.stdout, [text])
}

function guard(name: 'stdout' | 'stderr'): () => void {
  return patch(
    process[name],
    'write',
    (write) =>
      function (this: NodeJS.WriteStream, chunk: unknown, ...rest: unknown[]): boolean {
        flush()
        return Reflect.apply(write, this, [safeChunk(chunk), ...rest])
      } as typeof write,
    { of: `process.${name}.write`, why: 'what is printed leaves without secrets' },
    { idempotent: true },
  )
}
