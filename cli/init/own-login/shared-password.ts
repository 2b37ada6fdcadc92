import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { CannotGoOn } from '../cannot-go-on.js'
import { loginCalled } from '../reading/own-login.js'

/** One password for everybody in front of an app: basic auth, by a package or written by hand. */
export interface SharedPassword {
  at: string
  /** the statements that put it in front, each as `file:line` with its lines in the source */
  mounted: { file: string; from: number; to: number }[]
}

/** Finds basic auth in the sources; null: the app has no such thing. */
export function findSharedPassword(sources: readonly Source[]): SharedPassword | null {
  let at: string | null = null
  const asking = new Set<string>()
  const mounted: SharedPassword['mounted'] = []
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      if (!asksForPassword(node, source)) return
      at ??= locate(source.file, node)
      const use = parents.find(isUse)
      const name = nameOfFunction(parents) ?? nameOfFunction([node, ...parents])
      if (use) mounted.push(linesOf(source.file, use))
      else if (name) asking.add(name)
    })
  if (at === null) return null
  for (const { file, tree, imports } of sources)
    traverse(tree, (node) => {
      if (!isUse(node)) return
      const names = children(child(node, 'expression'), 'arguments').flatMap((given) => nameOf(given) ?? [])
      if (names.some((name) => asking.has(name) || asking.has(imports.get(name)?.imported ?? '')))
        mounted.push(linesOf(file, node))
    })
  return { at, mounted }
}

/** @throws ConfigError with a diff that takes the password out: usertwo's accounts replace it */
export function refuseSharedPassword(folder: string, sources: readonly Source[]): void {
  const found = findSharedPassword(sources)
  if (!found) return
  const diff = found.mounted.flatMap(({ file, from, to }) => {
    const lines = readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .slice(from - 1, to)
    return [`--- ${file}`, `@@ line ${from} @@`, ...lines.map((line) => `-${line}`)]
  })
  const how = diff.length
    ? `Take it out, and run init again:\n${diff.join('\n')}`
    : 'Take out what puts it in front of the routes, and run init again.'
  throw new CannotGoOn(
    `${found.at}: the app asks everybody for one password (basic auth). usertwo's accounts replace it, with a password for each user. Without it everybody reaches the app below phase 6: deploy the change together with that phase, or keep a password in a proxy until then. To keep it in the app for now, say --keep-login and put what it asks for into app.headers. ${how}`,
  )
}

/** The text of a header that asks a browser for a password, or the call of the package that sends it. */
function asksForPassword(node: Node, source: Source): boolean {
  if (/^Basic\b(?: realm|$)/i.test(textOf(node) ?? '')) return true
  return loginCalled(node, source) === 'express-basic-auth'
}

/** A statement `app.use(…)`. */
function isUse(node: Node): boolean {
  const call = node.type === 'ExpressionStatement' ? child(node, 'expression') : null
  return call !== null && isCall(call) && calledMember(call)?.name === 'use'
}

/** The name of the function around a node, or of the variable that holds it. */
function nameOfFunction(parents: readonly Node[]): string | null {
  for (const parent of parents) {
    if (parent.type === 'FunctionDeclaration' || parent.type === 'VariableDeclarator')
      return nameOf(child(parent, 'id')) ?? null
  }
  return null
}

function linesOf(file: string, { loc }: Node): SharedPassword['mounted'][number] {
  const { start, end } = loc as { start: { line: number }; end: { line: number } }
  return { file, from: start.line, to: end.line }
}
