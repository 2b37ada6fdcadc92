import { bindingOf, FUNCTION } from './binding.js'
import { nameOf, templateOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/** Texts in texts in texts: what is put together in more steps is `?`. */
const DEEPEST = 5

/**
 * A text as it is sent: put together by `+` or in a template, names of texts filled in, `?` for what is not known.
 * Null for a part of one, which says less than the whole.
 */
export function statementOf(node: Node, parents: readonly Node[]): string | null {
  if (!(isSum(node) || templateOf(node) !== null) || isPart(parents)) return null
  return textFrom(node, parents, 0)
}

const isSum = (node: Node | null | undefined) => node?.type === 'BinaryExpression' && node.operator === '+'

function textFrom(node: Node | null, parents: readonly Node[], depth: number): string | null {
  if (!node || depth > DEEPEST) return null
  if (isSum(node)) {
    const parts = [child(node, 'left'), child(node, 'right')].map((one) => textFrom(one, parents, depth))
    return parts.every((part) => part === null) ? null : parts.map((part) => part ?? '?').join('')
  }
  if (node.type === 'Identifier') {
    const binding = bindingOf(nameOf(node)!, parents)
    return binding && !binding.parameter && !binding.property
      ? textFrom(binding.init, parents, depth + 1)
      : null
  }
  if (node.type !== 'TemplateLiteral') return templateOf(node)
  const holes = children(node, 'expressions').map((one) => textFrom(one, parents, depth + 1) ?? '?')
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked ?? '')
  return parts.map((part, at) => part + (holes[at] ?? '')).join('')
}

/** Whether a text is put into another: in place, or by the name it is given here. */
function isPart(parents: readonly Node[]): boolean {
  const [parent] = parents
  if (isSum(parent) || parent?.type === 'TemplateLiteral') return true
  const name = parent?.type === 'VariableDeclarator' ? nameOf(child(parent, 'id')) : null
  const scope = parents.find(({ type }) => FUNCTION.test(type)) ?? parents.at(-1)
  return name !== null && scope !== undefined && putTogether(scope).has(name)
}

const known = new WeakMap<Node, Set<string>>()

/** The names that are put into texts somewhere in a function or module. */
function putTogether(scope: Node): Set<string> {
  const before = known.get(scope)
  if (before) return before
  const names = new Set<string>()
  traverse(scope, (node, [parent]) => {
    const inside = isSum(parent) || (parent?.type === 'TemplateLiteral' && node.type === 'Identifier')
    if (inside && node.type === 'Identifier') names.add(nameOf(node)!)
  })
  known.set(scope, names)
  return names
}
