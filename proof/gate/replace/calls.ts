import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Which mutants the processes of one app under test have called. */
export interface ReplacementCalls {
  /** in which they note it */
  file: string
  /** the ids of those that were called so far, as `mutantId` gives them */
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
