import { posix } from 'node:path'
import { isFileOf } from '../syntax/linked-packages.js'
import type { Source } from '../syntax/sources.js'
import type { Package } from './packages.js'

/** Names of scripts that make tables or rows: `migrate`, `db:init`, `setup-db`, `seed`. */
const PREPARES = /migrat|seed|populate|schema|tables?\b|(?:^|[:_-])(?:db|database)(?:$|[:_-])|initdb/i
/** Names of scripts that serve, each also with `pre` and `post`. */
const SERVES = /^(?:pre|post)?(?:start|serve|dev|watch|worker)(?:$|[:_-])/i

const WORD = /[\w@./-]+/g
const RUN = /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-\S+\s+)*([\w:.-]+)/g

/**
 * Returns the files that a script of package.json runs by hand to make tables or rows, and those that only these files
 * load. A script that the start runs too is not run by hand.
 * @param sources of the server
 */
export function runByHand(packages: readonly Package[], sources: readonly Source[]): Set<string> {
  const all = new Map(sources.map((source) => [source.file, source]))
  const [named, served] = [new Set<string>(), new Set<string>()]
  for (const { folder, scripts } of packages)
    for (const [name, command] of Object.entries(scripts)) {
      if (SERVES.test(name)) for (const file of filesOf(command, folder, scripts, all)) served.add(file)
      else if (PREPARES.test(name)) for (const file of filesOf(command, folder, scripts, all)) named.add(file)
    }
  const found = new Set([...named].filter((file) => !served.has(file)))
  const loaders = (one: Source) =>
    sources.filter(({ imports }) => [...imports.values()].some(({ file }) => isFileOf(file, one)))
  // What something else loads too is not run by hand; what it loads is looked at again.
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const file of found)
      if (loaders(all.get(file)!).some((one) => !found.has(one.file))) found.delete(file)
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const source of sources) {
      const by = loaders(source)
      if (by.length > 0 && by.every((one) => found.has(one.file))) found.add(source.file)
    }
  }
  return found
}

/** The app's files that a script names, and those of the scripts that it runs. */
function filesOf(
  command: string,
  folder: string,
  scripts: Readonly<Record<string, string>>,
  all: ReadonlyMap<string, Source>,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const own = [...command.matchAll(WORD)].flatMap(([word]) => {
    const path = posix.normalize(posix.join(folder, word))
    const file = ['', '.js', '.mjs', '.cjs', '.ts', '/index.js']
      .map((end) => path + end)
      .find((one) => all.has(one))
    return file ? [file] : []
  })
  const others = [...command.matchAll(RUN)].flatMap(([, name]) => {
    const other = scripts[name!]
    return other && !seen.has(name!) ? filesOf(other, folder, scripts, all, new Set([...seen, name!])) : []
  })
  return [...own, ...others]
}
