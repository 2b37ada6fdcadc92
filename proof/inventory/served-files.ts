import { readdirSync, statSync } from 'node:fs'
import { sep } from 'node:path'

/**
 * Returns the files of a folder that `express.static` serves, by their paths in URLs. One that does not exist has none:
 * Express answers 404, and git keeps no empty folder.
 */
export function servedFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .sort()
}
