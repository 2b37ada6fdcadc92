import { join } from 'node:path'
import { isFileOf } from '../syntax/linked-packages.js'
import { EXTENSIONS, fileParser, type Source } from '../syntax/sources.js'
import { runByHand } from './by-hand.js'
import { readTexts, type Texts } from './files.js'
import { nearestPackage, type Package, readPackages } from './packages.js'
import { type Role, roleOf } from './roles.js'
import { unstartedPrograms } from './unstarted.js'
import { packageModules } from './workspace.js'

/** Time limit for parsing an app's sources, in ms. Files left after it are reported as not parsed. */
const PARSING_MS = 40_000

/** An app as read from its files. None of its code was run. */
export interface App extends Texts {
  packages: Package[]
  sources: { role: Role; source: Source }[]
}

export async function readApp(folder: string): Promise<App> {
  const read = readTexts(folder)
  const packages = readPackages(read)
  const modules = packageModules(read, packages)
  const parse = await fileParser(read.folder)
  const until = Date.now() + PARSING_MS
  const sources: App['sources'] = []
  for (const [file, text] of read.texts) {
    if (!EXTENSIONS.some((end) => file.endsWith(end))) continue
    if (Date.now() > until) {
      read.left.push({ file, why: `not parsed: the limit of ${PARSING_MS / 1000} s was reached` })
      continue
    }
    try {
      const source = parse(file, text)
      for (const one of source.imports.values()) {
        const other = one.file ? null : modules.fileOf(one.module, file)
        if (other) one.file = join(read.folder, other)
      }
      sources.push({ source, role: roleOf(source, nearestPackage(packages, file)) })
    } catch (error) {
      read.left.push({ file, why: `not parsed: ${(error as Error).message}` })
    }
  }
  const server = sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const byHand = runByHand(packages, server)
  const unstarted = unstartedPrograms(read, packages, sources, modules)
  for (const file of unstarted)
    read.left.push({ file, why: 'nothing loads or starts it, so it was read for secrets alone' })
  return {
    ...read,
    packages,
    sources: sources.map((one) =>
      unstarted.has(one.source.file) ? { ...one, role: 'unstarted' as const } : asRun(one, sources, byHand),
    ),
  }
}

const PREPARES =
  /(?:^|\/)(?:populate|(?:init|create|setup|reset|fill)[-_]?(?:db|database|tables?|schema))[\w-]*\.\w+$/i

/**
 * Gives a server file the role `seed` if a script of package.json runs it by hand for that, or if its name says that it
 * creates tables or rows and no file loads it, and the role `migration` if migrations alone load it.
 */
function asRun(
  one: App['sources'][number],
  all: App['sources'],
  byHand: ReadonlySet<string>,
): App['sources'][number] {
  const { file } = one.source
  if (byHand.has(file)) return { ...one, role: 'seed' }
  if (one.role !== 'server') return one
  const loaders = all.filter(({ source }) =>
    [...source.imports.values()].some((from) => isFileOf(from.file, one.source)),
  )
  // What migrations share does not belong to the server.
  if (loaders.length && loaders.every(({ role }) => /^(?:migration|seed)$/.test(role)))
    return { ...one, role: 'migration' }
  return loaders.length || !PREPARES.test(file) ? one : { ...one, role: 'seed' }
}
