import { allValues, type Condition, textsOf, type Value } from './values.js'

const JOINS = /^(and|AND|\$and|where|filter)$/
const WIDENS = /^(or|OR|\$or|NOT|\$not)$/
const COLUMN = /^[\w."]+$/
const COMPARED =
  /([a-z_][\w."]*)\s*(?:=|in|like|ilike)\s*(?:any\s*)?\(?\s*(\$\d+|\$[</{(\w]+|\?|[:@](?!:)[.\w]+|'[^']*'|\d+(?!\w)|null|true|false)/gi

/** Returns the conditions in the arguments of `where` and similar methods. */
export function conditionsOf(args: readonly Value[]): Condition[] {
  const [first, ...rest] = args
  if (!first) return []
  if (first.kind === 'either') return shared(first.of.map((one) => conditionsOf([one, ...rest])))
  switch (first.kind) {
    case 'condition':
      return args.flatMap((one) => (one.kind === 'condition' ? one.conditions : []))
    case 'column':
      return rest.length ? [{ column: first.name, value: rest.at(-1)! }] : []
    case 'text':
      if (COLUMN.test(first.text)) return rest.length ? [{ column: first.text, value: rest.at(-1)! }] : []
      return inText(first.text, rest)
    case 'list':
      return first.items.flatMap((one) => (first.perhaps.has(one) ? [] : conditionsOf([one])))
    case 'object':
      return [...first.properties].flatMap(([key, value]) => {
        if (first.perhaps.has(key) || WIDENS.test(key)) return []
        return JOINS.test(key) ? conditionsOf([value]) : ofProperty(key, value)
      })
    default:
      return []
  }
}

/** Returns the conditions of a property: `userId: 3`, `user: { id: 3 }`, `userId: { in: ids }`. */
function ofProperty(key: string, value: Value): Condition[] {
  if (value.kind !== 'object') return [{ column: key, value }]
  return [...value.properties].flatMap(([inner, given]) => [
    { column: key, value: given },
    { column: `${key}_${inner}`, value: given },
  ])
}

/** Returns the conditions in SQL text, with the values of its parameters. */
export function inText(sql: string, given: readonly Value[]): Condition[] {
  const [first] = given
  const values = first?.kind === 'list' ? first.items : given
  let next = 0
  return [...sql.matchAll(COMPARED)].map(([, column, hole]): Condition => {
    const name = /^(?:[:@]|\$[<{(/])\.*(\w+)/.exec(hole!)?.[1]
    const number = /^\$(\d+)/.exec(hole!)?.[1]
    const value = hole === '?' ? values[next++] : number ? values[Number(number) - 1] : undefined
    if (value) return { column: column!, value }
    if (name && first?.kind === 'object')
      return { column: column!, value: first.properties.get(name) ?? null }
    const isWritten = /^['\dntf]/i.test(hole!)
    return { column: column!, value: isWritten ? { kind: 'constant', value: hole } : null }
  })
}

/** Returns the conditions whose column appears in every alternative. */
function shared(ways: Condition[][]): Condition[] {
  const [first = [], ...others] = ways
  return first.filter(({ column }) => others.every((way) => way.some((one) => one.column === column)))
}

/** Returns whether conditions are joined with OR or negated, so that they do not narrow the query. */
export function widens(method: string, args: readonly Value[]): boolean {
  return (
    /^or[A-Z]/.test(method) ||
    args.some((one) => one.kind === 'object' && [...one.properties.keys()].some((key) => WIDENS.test(key)))
  )
}

/** Returns the tables that a value names as text, alias or model. `known` is false if it may name others. */
export function tablesNamed(value: Value): { names: string[]; known: boolean } {
  const names: string[] = []
  let known = true
  for (const one of allValues(value)) {
    if (one.kind === 'text' && !one.text.includes('?')) names.push(plainTable(one.text))
    else if (one.kind === 'model') names.push(one.table)
    else if (one.kind === 'list')
      for (const item of one.items) {
        const inner = tablesNamed(item)
        names.push(...inner.names)
        known &&= inner.known
      }
    else if (one.kind === 'object' && one.properties.size)
      for (const item of one.properties.values()) names.push(...textsOf(item).map(plainTable))
    else if (one.kind !== 'query' && one.kind !== 'function') known = false
  }
  return {
    names,
    known: known && (names.length > 0 || allValues(value).some(({ kind }) => kind === 'query')),
  }
}

const plainTable = (name: string) =>
  name
    .trim()
    .split(/\s+(?:as\s+)?/i)[0]!
    .split('.')
    .at(-1)!
    .replaceAll('"', '')
