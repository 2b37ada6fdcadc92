import type { Source } from '../../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf } from '../../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../../reading/syntax/tree.js'

/** One password for everybody in front of an app. */
export interface SharedPassword {
  at: string
  /** what asks for it, in words */
  how: string
  /** the statements that put it in front, each as `file:line` with its lines in the source */
  mounted: { file: string; from: number; to: number }[]
}

/**
 * Finds the statements `app.use(…)` that put a guard in front of the app: those that hold a node for which `asks` is true, and
 * those that are given the function around one. What is off by default asks nobody.
 * @param isOff whether code does not run where the app has its default environment; default: it runs
 */
export function mountedWhere(
  sources: readonly Source[],
  asks: (node: Node, source: Source) => boolean,
  isOff: (node: Node, parents: readonly Node[]) => boolean = () => false,
): Pick<SharedPassword, 'mounted'> & { at: string | null } {
  let at: string | null = null
  const asking = new Set<string>()
  const mounted: SharedPassword['mounted'] = []
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      if (!asks(node, source) || isOff(node, parents)) return
      at ??= locate(source.file, node)
      const use = parents.find(isUse)
      const name = nameOfFunction(parents) ?? nameOfFunction([node, ...parents])
      if (use) mounted.push(linesOf(source.file, use))
      else if (name) asking.add(name)
    })
  if (at === null) return { at, mounted }
  let isMountedOff = false
  for (const { file, tree, imports } of sources)
    traverse(tree, (node, parents) => {
      if (!isUse(node)) return
      const names = children(child(node, 'expression'), 'arguments').flatMap((given) => nameOf(given) ?? [])
      if (names.some((name) => asking.has(name) || asking.has(imports.get(name)?.imported ?? ''))) {
        if (isOff(node, parents)) isMountedOff = true
        else mounted.push(linesOf(file, node))
      }
    })
  return { at: isMountedOff && mounted.length === 0 ? null : at, mounted }
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

export function linesOf(file: string, { loc }: Node): SharedPassword['mounted'][number] {
  const { start, end } = loc as { start: { line: number }; end: { line: number } }
  return { file, from: start.line, to: end.line }
}
