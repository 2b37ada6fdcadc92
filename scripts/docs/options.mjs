// The options of usertwo.config.js, read out of the schema's own source: name, kind, default, and the comment above.
import { parse } from '@babel/parser'

/** The files that the schema is written in; the last holds it whole. */
export const SCHEMA_FILES = [
  'src/config/users-config.ts',
  'src/config/auth-config.ts',
  'src/config/config-schema.ts',
]

/**
 * Every option, in the order of the schema, by its path (`tables.X.owner`).
 * @param sources the texts of SCHEMA_FILES
 * @throws where an option has no comment
 */
export function optionsOf(sources) {
  const source = sources.join('\n')
  // What each file imports stands in the whole more than once.
  const { program } = parse(source, { sourceType: 'module', plugins: ['typescript'], errorRecovery: true })
  const constants = new Map(
    program.body
      .map((node) => node.declaration ?? node)
      .flatMap(({ type, declarations }) => (type === 'VariableDeclaration' ? declarations : []))
      .map(({ id, init }) => [id.name, init]),
  )
  const resolved = (node) =>
    node.type === 'Identifier' && constants.has(node.name) ? resolved(constants.get(node.name)) : node
  const text = (node) => source.slice(node.start, node.end)

  /** `z.string().min(1).default('x')` from its start: string, min, default, each with its arguments. */
  function calls(node) {
    const at = resolved(node)
    if (at.type !== 'CallExpression') return []
    const { object, property } = at.callee
    return [...calls(object), { name: property.name, args: at.arguments }]
  }

  function kind(node) {
    const [first] = calls(node)
    const [arg] = first?.args ?? []
    switch (first?.name) {
      case 'literal':
        return text(arg)
      case 'enum':
        return arg.elements.map(text).join(' or ')
      case 'union':
        return arg.elements.map(kind).join(' or ')
      case 'array':
        return `list of ${kind(arg)}`
      case 'record':
        return `${kind(first.args[1])} by name`
      case 'strictObject':
        return 'object'
      case 'string':
      case 'iso':
        return 'text'
      case 'custom':
        return 'function'
      case 'unknown':
        return 'value'
      default:
        return first?.name ?? 'any'
    }
  }

  function standard(node) {
    const given = calls(node).find(({ name }) => name === 'default')
    return given ? text(given.args[0]) : ''
  }

  const required = (node) =>
    !calls(node).some(({ name }) => ['default', 'prefault', 'optional'].includes(name))

  /** The objects an option may hold, each with the path of its own options. */
  function within(node, path) {
    const [first] = calls(node)
    if (first?.name === 'strictObject') return [{ object: first.args[0], path: `${path}.` }]
    if (first?.name === 'record') return within(first.args[1], `${path}.X`)
    if (first?.name === 'array') return within(first.args[0], `${path}[]`)
    return first?.name === 'union' ? first.args[0].elements.flatMap((one) => within(one, path)) : []
  }

  function listed(object, path) {
    return object.properties.flatMap((property) => {
      const name = `${path}${property.key.name}`
      const about = (property.leadingComments ?? []).at(-1)?.value
      if (!about)
        throw new Error(
          `${SCHEMA_FILES.join(', ')}: the option ${name} has no comment that says what it does`,
        )
      const inner = within(property.value, name)
      const own = {
        name,
        kind: kind(property.value),
        standard: standard(property.value),
        required: required(property.value),
        about: about
          .replace(/^\s*\*+ ?/gm, '')
          .replace(/\s+/g, ' ')
          .trim(),
      }
      return [own, ...inner.flatMap(({ object: o, path: p }) => listed(o, p))]
    })
  }

  return listed(calls(constants.get('schema'))[0].args[0], '')
}
