import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { commandFor, workspaceOf } from '../app/workspace-root.js'
import { namedPath } from '../syntax/named-path.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { servedFolder } from './served-folder.js'

/** A folder of built pages that the app serves and that does not exist yet. */
export interface UnbuiltPages {
  at: string
  /** path relative to the app's folder */
  folder: string
  /** the command that builds it, typed in the root of the repository */
  build: string
}

/** Folders that builds create. A missing folder with another name may hold uploads. */
const BUILT = /(?:^|\/)(?:dist|build|out)(?:\/|$)/

/**
 * Finds the front ends that the sources serve from a missing folder which a `build` script would create.
 * @param inside if true, folders outside `folder` are not looked at
 */
export function unbuiltPages(folder: string, sources: readonly Source[], inside = false): UnbuiltPages[] {
  const found = new Map<string, UnbuiltPages>()
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      const served = servedFolder(node, source, parents) ?? folderOfSentFile(node, source, parents)
      if (served === null || !BUILT.test(served) || found.has(served)) return
      if (inside && served.startsWith('..')) return
      const path = join(folder, served)
      // A file that its folder lacks is not one that a build has yet to make.
      const isThere = existsSync(path) || (posix.extname(served) !== '' && existsSync(dirname(path)))
      const build = isThere ? null : buildOf(path, folder)
      if (build) found.set(served, { at: locate(source.file, node), folder: served, build })
    })
  return [...found.values()]
}

/** Returns the folder of a file that `res.sendFile(…)` sends, from that of the app. */
function folderOfSentFile(node: Node, source: Source, parents: readonly Node[]): string | null {
  if (!isCall(node)) return null
  const name = calledMember(node)?.name ?? nameOf(child(node, 'callee'))
  const [given, options] = children(node, 'arguments')
  if (name !== 'sendFile' || options) return null
  const file = namedPath(given ?? null, source, parents)
  return file === null ? null : posix.dirname(file)
}

/** Returns the command that runs the `build` script of the package a folder is in, or null if it has none. */
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
