import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The mutants that the processes of one app under test have called. */
export interface ReplacementCalls {
  /** the file in which they record it */
  file: string
  /** the ids of those that were called so far, as returned by `mutantId` */
  called(): string[]
  remove(): void
}

/** @param place a folder for the records of the processes */
export function openCalls(place: string): ReplacementCalls {
  const folder = mkdtempSync(join(place, 'calls-'))
  const file = join(folder, 'called')
  writeFileSync(file, '')
  return {
    file,
    // The last line may be incomplete.
    called: () => [...new Set(readFileSync(file, 'utf8').split('\n').slice(0, -1))],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
