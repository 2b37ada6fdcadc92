import { child, children, type Node } from './tree.js'

/** The name of an identifier, or of a key that is an identifier or a text. */
export function nameOf(node: Node | null): string | null {
  if (!node) return null
  if (node.type === 'Identifier' || node.type === 'JSXIdentifier') return node.name as string
  return textOf(node)
}

/** The value of a text literal; null for anything else. */
export function textOf(node: Node | null): string | null {
  return node?.type === 'StringLiteral' ? (node.value as string) : null
}

/** A text or template; each `${…}` of a template becomes `hole`. */
export function templateOf(node: Node | null, hole = ':x'): string | null {
  if (node?.type !== 'TemplateLiteral') return textOf(node)
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked)
  return parts.join(hole)
}

/** The called member: `post` of `http.post(…)`; null when it is not called by a plain name. */
export function calledMember(call: Node): { of: Node; name: string } | null {
  const callee = child(call, 'callee')
  if (!callee || !/^(Optional)?MemberExpression$/.test(callee.type) || callee.computed) return null
  const of = child(callee, 'object')
  const name = nameOf(child(callee, 'property'))
  return of && name ? { of, name } : null
}

export function isCall(node: Node): boolean {
  return node.type === 'CallExpression' || node.type === 'OptionalCallExpression'
}

/** The properties of an object written out, by name; the value of a short `{ id }` is the identifier. */
export function propertiesOf(node: Node | null): { key: string; value: Node | null; at: Node }[] {
  if (node?.type !== 'ObjectExpression') return []
  return children(node, 'properties').flatMap((property) => {
    const key =
      property.type === 'ObjectProperty' && !property.computed ? nameOf(child(property, 'key')) : null
    return key === null ? [] : [{ key, value: child(property, 'value'), at: property }]
  })
}
