import { posix } from 'node:path'
import { handlesOf } from '../facts/handles.js'
import { startIn } from '../facts/start.js'
import { namedPath } from '../syntax/named-path.js'
import { filesAt, isLoading, loadedBy, pathLoaded, type Source } from '../syntax/sources.js'
import { calledMember, textOf } from '../syntax/syntax.js'
import { children, type Node, traverse } from '../syntax/tree.js'
import type { Texts } from './files.js'
import { nearestPackage, type Package } from './packages.js'
import type { Role } from './roles.js'
import type { PackageModules } from './workspace.js'

/** Folders and names of files that a platform, or another process, starts by itself. */
const BY_PLATFORM =
  /(?:^|\/)(?:api|functions|lambdas?|netlify|edge)\/|(?:worker|jobs?|cron|queue|bot|consumer|scheduler)[\w-]*(?:\.\w+$|\/)/i
const BUILT = /^(?:dist|build|lib|out)\/(?:(?:cjs|esm)\/)?/
/** A path, or what a runner is given: `node server`. The word `server` alone may name a script. */
const WORD = /\b(?:node|nodemon|tsx|ts-node|bun)\s+(?:-\S+\s+)*([\w@./-]+)|([\w@./-]*[./][\w@./-]*)/g
/** Options and commands that name a folder: `npm --prefix server run start` */
const FOLDER = /(?:--prefix|--cwd|--workspace|-C|-w|\bcd)[= ]+\S+/g

/**
 * Finds programs that do not belong to the app: they listen or open a database, and no file loads them, no script of
 * package.json and no Procfile or Dockerfile names them. A package without a known start, or with a file that loads others by
 * computed names, has none.
 */
export function unstartedPrograms(
  { texts }: Pick<Texts, 'texts'>,
  packages: readonly Package[],
  sources: readonly { role: Role; source: Source }[],
  modules: PackageModules,
): Set<string> {
  const files = new Set(sources.map(({ source }) => source.file))
  const server = sources.filter(({ role }) => role === 'server')
  const loads = sources.map(({ source }) => loadsOf(source, files, modules))
  const loaded = new Set(loads.flatMap(({ found }) => found))
  const computed = new Set(
    loads.flatMap(({ isComputed }, at) =>
      isComputed && sources[at]!.role === 'server' ? [packageOf(sources[at]!.source)] : [],
    ),
  )
  function packageOf({ file }: Source): Package | undefined {
    return nearestPackage(packages, file)
  }
  const named = namedFiles(texts, packages, files)
  const isProgram = (one: Source) =>
    startIn(one).listens.length > 0 || handlesOf({ sources: [{ role: 'server', source: one }] }).length > 0
  return new Set(
    server.flatMap(({ source }) => {
      const own = packageOf(source)
      const { file } = source
      if (!own || computed.has(own) || loaded.has(file) || named(file) || BY_PLATFORM.test(file)) return []
      return startsAt(own, files) && isProgram(source) ? [file] : []
    }),
  )
}

const wordsOf = (text: string) =>
  [...text.replace(FOLDER, '').matchAll(WORD)].map(([, run, path]) => run ?? path!)

/** Whether a package.json says by a file of the app how its server starts. */
function startsAt({ folder, main, scripts }: Package, files: ReadonlySet<string>): boolean {
  const said = [scripts.start, scripts.dev, scripts.serve, main && `./${main}`].filter(
    (one) => typeof one === 'string',
  )
  return said.some((one) => wordsOf(one).some((word) => fileOf(folder, word, files) !== null))
}

/** The source that a word of a command names, also by the file that it is compiled to: `dist/server.js`. */
function fileOf(folder: string, word: string, files: ReadonlySet<string>): string | null {
  const plain = posix.normalize(word).replace(/\.[cm]?[jt]sx?$/, '')
  const bases = [plain, ...(BUILT.test(plain) ? ['src/', ''].map((to) => plain.replace(BUILT, to)) : [])]
  return (
    bases
      .flatMap((base) => filesAt(base))
      .map((name) => posix.join(folder, name))
      .find((name) => files.has(name)) ?? null
  )
}

/** Whether a script, `main`, a Procfile or a Dockerfile names a file. */
function namedFiles(
  texts: ReadonlyMap<string, string>,
  packages: readonly Package[],
  files: ReadonlySet<string>,
): (file: string) => boolean {
  const said = packages.flatMap(({ scripts, main, entry }) => [
    ...Object.values(scripts),
    `./${main ?? ''}`,
    JSON.stringify([entry.bin, entry.exports]),
  ])
  for (const [file, text] of texts) if (/(?:^|\/)(?:Procfile|Dockerfile)$/.test(file)) said.push(text)
  const words = new Set(said.flatMap((text) => wordsOf(text).map((word) => posix.basename(word))))
  const resolved = new Set(
    packages.flatMap(({ folder, scripts, main }) =>
      [...Object.values(scripts), `./${main ?? ''}`].flatMap((text) =>
        wordsOf(text).flatMap((word) => fileOf(folder, word, files) ?? []),
      ),
    ),
  )
  return (file) => resolved.has(file) || words.has(posix.basename(file))
}

/** The folder that `require(path.join(__dirname, 'models', file))` loads from; null: it may be any. */
function folderOf(node: Node, source: Source, parents: readonly Node[]): string | null {
  const [given] = children(node, 'arguments')
  const parts =
    given && /^(?:join|resolve)$/.test(calledMember(given)?.name ?? '') ? children(given, 'arguments') : []
  const known = parts.slice(0, -1).map((part) => namedPath(part, source, [given!, node, ...parents]))
  const folder =
    known.length > 1 && known.every((part) => part !== null) ? posix.join(...(known as string[])) : ''
  return folder.includes('..') || folder === '.' || folder === '' ? null : folder.replace(/\/$/, '')
}

/** The files of the app that a file loads, and whether it loads files by computed names too. */
function loadsOf(
  source: Source,
  files: ReadonlySet<string>,
  modules: PackageModules,
): { found: string[]; isComputed: boolean } {
  const found: string[] = []
  const folders: string[] = []
  let isComputed = false
  const at = (path: string) => filesAt(posix.normalize(path)).find((one) => files.has(one))
  traverse(source.tree, (node, parents) => {
    const module = loadedBy(node)
    if (module === null && isLoading(node)) {
      const path = pathLoaded(node, source, parents)
      const inside = path === null ? folderOf(node, source, parents) : null
      if (inside) folders.push(inside)
      else if (path === null) isComputed = true
      else found.push(...[at(path) ?? []].flat())
    }
    // `entities: ['src/entity/*.js']`, `glob('./routes/**')`
    if (/^[\w./@{},-]*\*+(?:\/|\.\w|\.\{)/.test(textOf(node) ?? '')) isComputed = true
    if (module === null) return
    const file = /^\.{1,2}(\/|$)/.test(module)
      ? at(posix.join(posix.dirname(source.file), module))
      : modules.fileOf(module, source.file)
    if (file) found.push(file)
  })
  for (const folder of folders) for (const file of files) if (file.startsWith(`${folder}/`)) found.push(file)
  return { found: found.filter((one) => one !== source.file), isComputed }
}
