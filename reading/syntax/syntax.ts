import { child, children, type Node } from './tree.js'

/** Returns the name of an identifier, or of a key that is an identifier or a text. */
export function nameOf(node: Node | null): string | null {
  if (!node) return null
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return node.name as string
  return textOf(node)
}

/** Returns the value of a text literal, or null for anything else. */
export function textOf(node: Node | null): string | null {
  return node?.type === 'StringLiteral' ? (node.value as string) : null
}

/** Returns a text or template, with `hole` for each `${…}`. */
export function templateOf(node: Node | null, hole = ':x'): string | null {
  if (node?.type !== 'TemplateLiteral') return textOf(node)
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked)
  return parts.join(hole)
}

/**
 * Returns the member that a call names, `post` of `http.post(…)`, or null if it does not name one directly.
 */
export function calledMember(call: Node): { of: Node; name: string } | null {
  const callee = child(call, 'callee')
  if (!callee || !isMemberAccess(callee) || callee.computed) return null
  const of = child(callee, 'object')
  const name = nameOf(child(callee, 'property'))
  return of && name ? { of, name } : null
}

/** `req.body` and `req?.body`. */
export const isMemberAccess = (node: Node | null): boolean =>
  node?.type === 'MemberExpression' || node?.type === 'OptionalMemberExpression'

export function isCall(node: Node): boolean {
  return node.type === 'CallExpression' || node.type === 'OptionalCallExpression'
}

/**
 * Returns the properties of an object literal by name. The value of a shorthand `{ id }` is the identifier.
 */
export function propertiesOf(node: Node | null): { key: string; value: Node | null; at: Node }[] {
  if (node?.type !== 'ObjectExpression') return []
  return children(node, 'properties').flatMap((property) => {
    const key =
      property.type === 'ObjectProperty' && !property.computed ? nameOf(child(property, 'key')) : null
    return key === null ? [] : [{ key, value: child(property, 'value'), at: property }]
  })
}
