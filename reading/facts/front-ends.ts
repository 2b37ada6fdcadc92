import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { commandFor, workspaceOf } from '../app/workspace-root.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { namedPath } from './named-path.js'

/** A folder of built pages that the app serves and that is not there yet. */
export interface UnbuiltPages {
  at: string
  /** as the app reaches it, from its folder */
  folder: string
  /** how it is built, typed in the root of the repository */
  build: string
}

/** A folder of these names is made by a build; another one that is missing may hold uploads. */
const BUILT = /(?:^|\/)(?:dist|build|out)(?:\/|$)/

/**
 * Finds the front ends that the sources serve from a folder which a script of a package would make.
 * @param inside nothing outside of the folder is looked at
 */
export function unbuiltPages(folder: string, sources: readonly Source[], inside = false): UnbuiltPages[] {
  const found = new Map<string, UnbuiltPages>()
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      const served = isCall(node) ? servedBy(node, source, parents) : null
      if (served === null || !BUILT.test(served) || found.has(served)) return
      if (inside && served.startsWith('..')) return
      const path = join(folder, served)
      const build = existsSync(path) ? null : buildOf(path, folder)
      if (build) found.set(served, { at: locate(source.file, node), folder: served, build })
    })
  return [...found.values()]
}

/** `express.static(…)`, `res.sendFile(…)`: the folder, from that of the app. */
function servedBy(call: Node, source: Source, parents: readonly Node[]): string | null {
  const callee = child(call, 'callee')
  const name = calledMember(call)?.name ?? nameOf(callee)
  const [given, options] = children(call, 'arguments')
  if (name === 'static' || name === 'serveStatic') return namedPath(given ?? null, source, parents)
  if (name !== 'sendFile' || options) return null
  const file = namedPath(given ?? null, source, parents)
  return file === null ? null : posix.dirname(file)
}

/** The script `build` of the package that a folder is in; null: it has none. */
function buildOf(path: string, app: string): string | null {
  let folder = dirname(path)
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return null
    folder = dirname(folder)
  }
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  if (!/"build"\s*:/.test(text)) return null
  const root = workspaceOf(app)?.root ?? commonFolder(app, folder)
  return commandFor(root, folder, 'build')
}

function commonFolder(one: string, other: string): string {
  let folder = one
  while (relative(folder, other).split(sep)[0] === '..') folder = dirname(folder)
  return folder
}
