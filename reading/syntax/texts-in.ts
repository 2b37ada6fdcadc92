import { bindingOf } from './binding.js'
import { bare } from './origin.js'
import { calledMember, isCall, nameOf, textOf } from './syntax.js'
import { type Node, traverse } from './tree.js'

/** Returns the value of a name, where it is declared in the file; of anything else the expression itself. */
export function through(node: Node | null, parents: readonly Node[]): Node | null {
  const value = bare(node)
  return value?.type === 'Identifier'
    ? (bare(bindingOf(nameOf(value)!, parents)?.init ?? null) ?? value)
    : value
}

/**
 * Returns the texts in a value, those of a list that it asks included:
 * `(origin, done) => done(null, ALLOWED.includes(origin))`.
 */
export function textsIn(value: Node, parents: readonly Node[], depth = 0): string[] {
  const found: string[] = []
  traverse(value, (node, inner) => {
    const text = textOf(node)
    if (text !== null) found.push(text)
    const member = isCall(node) ? calledMember(node) : null
    const list = member && /^(?:includes|has|indexOf|some|find)$/.test(member.name) ? member.of : null
    const declared = list && depth === 0 ? through(list, [...inner, value, ...parents]) : null
    if (declared && declared !== list) found.push(...textsIn(declared, parents, depth + 1))
  })
  return found
}
