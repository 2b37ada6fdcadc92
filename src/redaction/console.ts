import { below, patch } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { guardDescriptors } from './descriptors.js'
import { reportsWithoutSecrets } from './outgoing-reports.js'
import { safeChunk } from './safe-chunk.js'

/**
 * Redacts what the app itself prints: everything written to standard output and standard error (`console.*`
 * ends there too) and to log files, and the error reports it sends to third parties. One registry per
 * process, reference-counted: the last `dispose` restores everything.
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
 * Writes text that is already redacted to standard output, bypassing the guard, which would redact it again.
 * The text of one turn of the event loop is written together, before anything the app prints later, and at
 * the latest when the process ends.
 */
export function writeRedacted(text: string): void {
  const { hasEnd } = registry
  if (!hasEnd) {
    process.once('exit', flush)
    // A failed write (a full disk, a closed pipe) is dropped. As with `console.log`, it is not a reason for the
    // app to end, which an unhandled error event would cause.
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
