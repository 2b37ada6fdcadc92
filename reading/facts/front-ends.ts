import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { commandFor, workspaceOf } from '../app/workspace-root.js'
import { bindingOf } from '../syntax/binding.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

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
  if (name === 'static' || name === 'serveStatic') return pathIn(given ?? null, source, parents)
  if (name !== 'sendFile' || options) return null
  const file = pathIn(given ?? null, source, parents)
  return file === null ? null : posix.dirname(file)
}

/** What an expression names, from the folder of the app; null: not known. */
function pathIn(node: Node | null, source: Source, parents: readonly Node[], depth = 0): string | null {
  if (!node || depth > 6) return null
  const again = (one: Node | null) => pathIn(one, source, parents, depth + 1)
  const here = posix.dirname(source.file)
  const text = textOf(node)
  if (text !== null) return posix.normalize(text)
  if (node.type === 'Identifier') {
    if (/^_{0,2}dirname$/.test(nameOf(node)!)) return here
    const binding = bindingOf(nameOf(node)!, parents)
    return binding && binding.property === null ? again(binding.init) : null
  }
  if (nameOf(child(node, 'property')) === 'dirname') return here
  if (node.type === 'LogicalExpression') return again(child(node, 'right'))
  if (node.type === 'NewExpression' && nameOf(child(node, 'callee')) === 'URL') {
    const first = textOf(children(node, 'arguments')[0] ?? null)
    return first === null ? null : posix.join(here, first)
  }
  if (!isCall(node)) return null
  const name = calledMember(node)?.name ?? nameOf(child(node, 'callee'))
  if (name === 'cwd') return '.'
  if (name === 'fileURLToPath') return again(children(node, 'arguments')[0] ?? null)
  if (name !== 'join' && name !== 'resolve') return null
  const parts = children(node, 'arguments').map(again)
  return parts.includes(null) || parts.length === 0 ? null : posix.join(...(parts as string[]))
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
