import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the processes of one app under test have called of the modules that stand in for others. */
export interface ReplacementCalls {
  /** in which they note it */
  file: string
  /** the modules that were called so far, by the path of the one that stands in */
  called(): string[]
  remove(): void
}

/** @param place a folder for what the processes note */
export function openCalls(place: string): ReplacementCalls {
  const folder = mkdtempSync(join(place, 'calls-'))
  const file = join(folder, 'called')
  writeFileSync(file, '')
  return {
    file,
    // The last line may be half written.
    called: () => [...new Set(readFileSync(file, 'utf8').split('\n').slice(0, -1))],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
