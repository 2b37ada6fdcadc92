import { nameOf } from '../syntax/syntax.js'
import { child, type Node } from '../syntax/tree.js'
import type { Environment } from './environment.js'
import type { Machine } from './machine.js'
import { allValues } from './values.js'

/** Returns the names that a member expression or a key may have. Null in the list stands for any name. */
export function memberKeys(
  m: Machine,
  node: Node,
  scope: Environment,
  field = 'property',
): (string | null)[] {
  const key = child(node, field)
  if (key?.type === 'PrivateName') return [`#${nameOf(child(key, 'id')) ?? ''}`]
  if (!node.computed) return [nameOf(key) ?? (key?.type === 'NumericLiteral' ? String(key.value) : null)]
  const value = m.evaluate(key, scope)
  const known = allValues(value).map((one) =>
    one.kind === 'text' && !one.text.includes('?')
      ? one.text
      : one.kind === 'constant' && typeof one.value === 'number'
        ? String(one.value)
        : // `[Op.or]: […]`
          one.kind === 'package' && one.path[0] === 'Op'
          ? `$${one.path.at(-1)}`
          : null,
  )
  return [...new Set(known)]
}
