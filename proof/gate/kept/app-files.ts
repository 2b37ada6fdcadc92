import { spawnSync } from 'node:child_process'
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint } from '../../../src/record/fingerprints.js'
import { RECORD_FILE } from '../../../src/record/record.js'
import { RESULTS, SARIF } from '../app/scratch.js'
import { contentPrint } from './file-prints.js'

/** Written by usertwo, and not part of the app: a record would change its own fingerprint. */
const WRITTEN = new Set([RECORD_FILE, RESULTS, SARIF])
const isOfApp = (path: string) => !WRITTEN.has(path.split('/')[0]!)

/**
 * Fingerprints the names and contents of an app's files, the same in each checkout: those that git tracks or
 * would add. Without git, all except packages, logs and the data of usertwo.
 */
export function filesPrint(folder: string): string {
  const listed = listedByGit(folder)
  if (!listed) return contentPrint(folder, isOfApp)
  const lines = listed.filter(isOfApp).flatMap((path) => {
    const file = join(folder, path)
    const facts = lstatSync(file, { throwIfNoEntry: false })
    if (facts?.isSymbolicLink()) return `${path} ${readlinkSync(file)}`
    return facts?.isFile() ? `${path} ${fingerprint(readFileSync(file))}` : []
  })
  return fingerprint(lines.join('\n'))
}

/** Returns the paths below the folder, sorted; null if it is not in a checkout, or git is missing. */
export function listedByGit(folder: string): string[] | null {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { status, stdout } = spawnSync('git', args, { cwd: folder, maxBuffer: 1 << 28, encoding: 'utf8' })
  return status === 0 ? [...new Set(stdout.split('\0').filter(Boolean))].sort() : null
}
