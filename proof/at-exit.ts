import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// In the order of registration, and undone in reverse.
const pending = new Set<() => void>()

process.once('exit', () => {
  for (const undo of [...pending].reverse())
    try {
      undo()
    } catch {
      // The others are undone even if one throws.
    }
})

/**
 * Calls `undo` when this process exits. A signal without a handler ends a process without an exit;
 * `endAtSignals` turns it into one.
 *
 * @returns a function that cancels the call
 */
export function atExit(undo: () => void): () => void {
  // Each call has an entry of its own.
  const entry = () => undo()
  pending.add(entry)
  return () => void pending.delete(entry)
}

/** A temporary folder, removed by `remove`, or at the latest when this process exits. */
export interface TemporaryFolder {
  path: string
  remove(): void
}

export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  const forget = atExit(remove)
  return {
    path,
    remove() {
      remove()
      forget()
    },
  }
}
