import { posix } from 'node:path'
import type { App } from '../app/app.js'
import type { Package } from '../app/packages.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** How an app starts, as far as its source shows. */
export interface AppStart {
  /** the script or file that starts it; null: unknown */
  command: string | null
  /** where a server listens */
  listens: string[]
  /** where `express()` is called */
  made: string[]
  /** where a module exports the app: `module.exports = app` */
  exported: string[]
}

export function startOf({ sources }: App, home: Package): AppStart {
  const own = sources.filter(
    ({ role, source }) => role === 'server' && source.file.startsWith(home.folder && `${home.folder}/`),
  )
  const found = own.map(({ source }) => startIn(source))
  return {
    command: home.scripts.start ?? home.scripts.dev ?? (hasMain(home, own) ? home.main : null),
    listens: found.flatMap(({ listens }) => listens),
    made: found.flatMap(({ made }) => made),
    exported: found.flatMap(({ exported }) => exported),
  }
}

/** `npm init` writes `index.js` into a package whose entry has another name. */
function hasMain({ main, folder }: Package, own: App['sources']): boolean {
  const file = posix.join(folder, main ?? '')
  return own.some(({ source }) => source.file === file || source.file.replace(/\.[cm]?[jt]sx?$/, '') === file)
}

/** Returns how one file starts an app. */
export function startIn({ file, tree, imports }: Source): Omit<AppStart, 'command'> {
  const start: Omit<AppStart, 'command'> = { listens: [], made: [], exported: [] }
  const apps = new Set<string>()
  traverse(tree, (node, parents) => {
    const callee = isCall(node) ? nameOf(child(node, 'callee')) : null
    if (
      callee &&
      /^(\*|default)$/.test(imports.get(callee)?.imported ?? '') &&
      imports.get(callee)?.module === 'express'
    ) {
      start.made.push(locate(file, node))
      const target = parents[0]?.type === 'VariableDeclarator' ? nameOf(child(parents[0], 'id')) : null
      if (target) apps.add(target)
    }
    const member = isCall(node) ? calledMember(node) : null
    const of =
      member &&
      (nameOf(member.of) ?? nameOf(child(member.of, 'property')) ?? (isCall(member.of) ? 'server' : ''))
    if (member?.name === 'listen' && /app|server|http|express|api/i.test(of ?? ''))
      start.listens.push(locate(file, node))
  })
  traverse(tree, (node) => {
    if (exportedNames(node).some((name) => apps.has(name))) start.exported.push(locate(file, node))
  })
  return start
}

/** Returns the names of the variables that a node exports. */
function exportedNames(node: Node): string[] {
  if (node.type === 'ExportDefaultDeclaration') return [nameOf(child(node, 'declaration')) ?? '']
  if (node.type === 'ExportNamedDeclaration')
    return [
      ...children(node, 'specifiers').map((one) => child(one, 'local')),
      ...children(child(node, 'declaration'), 'declarations').map((one) => child(one, 'id')),
    ].map((one) => nameOf(one) ?? '')
  const left = node.type === 'AssignmentExpression' ? child(node, 'left') : null
  if (
    nameOf(child(left, 'object')) !== 'module' &&
    nameOf(left) !== 'exports' &&
    nameOf(child(left, 'object')) !== 'exports'
  )
    return []
  const right = child(node, 'right')
  return [nameOf(right) ?? '', ...propertiesOf(right).map(({ value }) => nameOf(value) ?? '')]
}
