// The options of usertwo.config.js, from the schema: name, kind, default and description.
import { z } from 'zod'

/**
 * Lists every option in the order of the schema, by its path (`tables.X.owner`).
 * @param schema the schema that parses a configuration
 * @throws if an option has no description
 */
export function optionsOf(schema) {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // JSON Schema has no type for functions. A value of any kind has no type either.
    override({ zodSchema, jsonSchema }) {
      if (zodSchema.def.type === 'custom') jsonSchema.type = 'function'
    },
  })
  return listed(json, '')
}

function listed({ properties = {}, required = [] }, path) {
  return Object.entries(properties).flatMap(([key, option]) => {
    const name = `${path}${key}`
    if (!option.description) throw new Error(`the option ${name} has no description`)
    const own = {
      name,
      kind: kind(option),
      standard: 'default' in option ? asWritten(option.default) : '',
      required: required.includes(key),
      about: option.description,
    }
    return [own, ...within(option, name).flatMap(([inner, at]) => listed(inner, at))]
  })
}

/** Returns the objects an option may hold, each with the path of its own options. */
function within(option, path) {
  if (option.anyOf) return option.anyOf.flatMap((one) => within(one, path))
  if (option.type === 'array') return within(option.items, `${path}[]`)
  if (option.properties) return [[option, `${path}.`]]
  return isByName(option) ? within(option.additionalProperties, `${path}.X`) : []
}

const isByName = ({ type, properties }) => type === 'object' && !properties

/** Describes the values that an option accepts. */
function kind(option) {
  if (option.anyOf) return [...new Set(option.anyOf.map(kind))].join(' or ')
  if (option.enum) return option.enum.map(asWritten).join(' or ')
  if ('const' in option) return asWritten(option.const)
  if (option.type === 'array') return `list of ${kind(option.items)}`
  if (isByName(option)) return `${kind(option.additionalProperties)} by name`
  if (option.format === 'date') return 'date'
  return KINDS[option.type] ?? option.type ?? 'value'
}

const KINDS = { string: 'text', integer: 'number' }

const asWritten = (value) => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))
