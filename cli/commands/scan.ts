import { existsSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { visible } from '../../proof/gate/report/visible.js'
import { isNeon, pageOf } from '../../reading/facts/databases.js'
import { EXIT, implement } from '../command.js'
import { adoptCommands } from '../declared/adopt.js'
import { during } from '../during.js'
import { untilInterrupted } from '../interrupt.js'
import { copyByGit, isGitUrl } from '../scan/git-copy.js'
import { outputs } from '../scan/output/outputs.js'
import { scan as look, type Scanned } from '../scan/scan.js'
import { UsageError } from '../usage-error.js'

export const command = implement(adoptCommands.scan, async ({ values, words }) => {
  const [given = '.'] = words
  const asked = Object.entries(values).flatMap(([name, on]) => (on ? [name] : []))
  if (asked.length > 1) throw new UsageError(`scan: one of ${asked.map((name) => `--${name}`).join(', ')}`)
  const output = outputs.find(({ name }) => name === asked[0]) ?? outputs[0]!
  const { folder, remove } = await folderOf(given)
  try {
    const scanned = await during(`reading ${visible(given)}`, () => look(folder))
    const next = nextCommand(given, scanned.facts)
    process.stdout.write(output.render({ ...scanned, next }))
    return scanned.facts.home === null ? EXIT.unknown : EXIT.go
  } finally {
    remove()
  }
})

/** Where an app's rows may be if no database is in its source. */
const NONE_FOUND = 'docs/start/which-database.md#none-was-found'

/** The next command to type, or page to read, for each package that serves: in the current folder, below it, or in a clone. */
function nextCommand(given: string, { home, servers, databases: [database] }: Scanned['facts']): string {
  if (!database) return `read ${NONE_FOUND}`
  if (database.reach === 'other') return `read ${pageOf(database)}`
  const inside = servers.length > 1 ? servers.map(({ folder }) => folder) : [posix.dirname(home ?? '.')]
  // Neon's driver has the shape of pg, so the swap can be written; another driver is swapped by hand.
  if (database.reach === 'unhooked' && !isNeon(database.by)) return `read ${pageOf(database)}`
  const next = database.reach === 'unhooked' ? 'fix driver' : 'init'
  const inFolder = (folder: string) => commandIn(next, folder)
  if (isGitUrl(given)) return `git clone ${given}, and in it: ${inside.map(inFolder).join(', then ')}`
  return inside.map((one) => inFolder(posix.join(given.replaceAll('\\', '/'), one))).join(', then ')
}

function commandIn(command: string, folder: string): string {
  const quoted = /^[\w./@:+-]+$/.test(folder) ? folder : JSON.stringify(folder)
  return `npx usertwo ${command}${folder === '.' ? '' : ` ${quoted}`}`
}

/** The folder of the app itself, or of a copy that goes away. */
async function folderOf(given: string): Promise<{ folder: string; remove(): void }> {
  if (isGitUrl(given)) return copyByGit(given, untilInterrupted())
  if (existsSync(given) && statSync(given).isDirectory()) return { folder: given, remove() {} }
  throw new UsageError(
    `scan: ${visible(given)} is not a folder; give the app’s folder, or the URL of a git repository`,
  )
}
