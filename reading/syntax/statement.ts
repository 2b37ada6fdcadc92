import { bindingOf, FUNCTION } from './binding.js'
import { calledMember, isCall, nameOf, templateOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

/** How deeply nested texts are resolved. Deeper parts become `?`. */
const DEEPEST = 5

/**
 * Returns a whole SQL text: concatenated with `+` or in a template, with the texts of names filled in and `?`
 * for unknown parts. Returns null for a part of such a text, which says less than the whole.
 */
export function enclosingStatement(node: Node, parents: readonly Node[]): string | null {
  if (!(isSum(node) || templateOf(node) !== null) || isPart(parents) || isPrinted(parents)) return null
  const text = textFrom(node, parents, 0)
  return text === null ? null : text + addedTo(parents)
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
  if (isCall(node)) return joined(node, parents, depth)
  if (node.type !== 'TemplateLiteral') return templateOf(node)
  const isBound = isTagged(node, parents)
  const holes = children(node, 'expressions').map(
    (one) => (isBound ? null : textFrom(one, parents, depth + 1)) ?? '?',
  )
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked ?? '')
  return parts.map((part, at) => part + (holes[at] ?? '')).join('')
}

/** Whether a tag takes the values of a template, and sends each as a parameter: sql`… ${day}`. */
function isTagged(template: Node, [parent]: readonly Node[]): boolean {
  if (parent?.type !== 'TaggedTemplateExpression' || child(parent, 'quasi') !== template) return false
  return nameOf(child(child(parent, 'tag')!, 'property')) !== 'raw'
}

/** Returns the text of `conditions.join(' and ')` with the items that the list was declared with. */
function joined(call: Node, parents: readonly Node[], depth: number): string | null {
  const member = calledMember(call)
  const name = member?.name === 'join' ? nameOf(member.of) : null
  const list = name === null ? null : bindingOf(name, parents)?.init
  if (list?.type !== 'ArrayExpression') return null
  return children(list, 'elements')
    .map((one) => textFrom(one, parents, depth + 1) ?? '?')
    .join(' ')
}

/** Returns what is always appended to a text later: `sql += ' and user_id = $1'` outside of a condition. */
function addedTo(parents: readonly Node[]): string {
  const name = parents[0]?.type === 'VariableDeclarator' ? nameOf(child(parents[0], 'id')) : null
  const scope = scopeOf(parents)
  let added = ''
  if (name && scope)
    traverse(scope, (node, around) => {
      if (
        node.type !== 'AssignmentExpression' ||
        node.operator !== '+=' ||
        nameOf(child(node, 'left')) !== name
      )
        return
      const perhaps = around
        .slice(0, around.indexOf(scope))
        .some(({ type }) => /^(If|Switch|Conditional|Logical)/.test(type))
      if (!perhaps) added += ` ${textFrom(child(node, 'right'), [...around, ...parents], 1) ?? '?'}`
    })
  return added
}

const isPrinted = (parents: readonly Node[]) =>
  parents.some((one) => isCall(one) && nameOf(calledMember(one)?.of ?? null) === 'console')

const scopeOf = (parents: readonly Node[]) =>
  parents.find(({ type }) => FUNCTION.test(type)) ?? parents.at(-1)

/** Returns whether a text becomes part of another, in place or by the name it is assigned to. */
function isPart(parents: readonly Node[]): boolean {
  const [parent] = parents
  if (isSum(parent) || parent?.type === 'TemplateLiteral') return true
  const name = parent?.type === 'VariableDeclarator' ? nameOf(child(parent, 'id')) : null
  const scope = scopeOf(parents)
  return name !== null && scope !== undefined && putTogether(scope).has(name)
}

const known = new WeakMap<Node, Set<string>>()

/** Returns the names that become part of texts somewhere in a function or module. */
function putTogether(scope: Node): Set<string> {
  const before = known.get(scope)
  if (before) return before
  const names = new Set<string>()
  traverse(scope, (node, around) => {
    const [parent] = around
    if (node.type !== 'Identifier' || isPrinted(around)) return
    const inside = isSum(parent) || (parent?.type === 'TemplateLiteral' && node.type === 'Identifier')
    if (inside && node.type === 'Identifier') names.add(nameOf(node)!)
  })
  known.set(scope, names)
  return names
}
