import type { Machine } from './machine.js'
import {
  type CallSite,
  listValue,
  native,
  type ObjectValue,
  OPAQUE,
  object,
  textsOf,
  textValue,
  UNDEFINED,
  type Value,
} from './values.js'

/** The name of the member that holds an iterable's iterator function. */
const ITERATES = 'get [iterator]'

/** Returns the value of `new Map()`: reads return what was set. */
export function makeMap(m: Machine, entries: Value | undefined): ObjectValue {
  const made = object([], m.depth)
  const store = object([], m.depth)
  const keyOf = (value: Value | undefined) =>
    textsOf(value)[0] ?? (value?.kind === 'class' ? (value.name ?? null) : null)
  const put = (key: Value | undefined, value: Value) => m.set(store, keyOf(key), value)
  if (entries?.kind === 'list')
    for (const one of entries.items) if (one.kind === 'list') put(one.items[0], one.items[1] ?? UNDEFINED)
  const methods: Record<string, (args: Value[], site: CallSite) => Value> = {
    set: (args) => {
      put(args[0], args[1] ?? UNDEFINED)
      return made
    },
    get: (args, site) => m.get(store, keyOf(args[0]), site),
    has: () => OPAQUE,
    delete: () => OPAQUE,
    clear: () => OPAQUE,
    values: (_args, site) => listValue([], m.depth, m.get(store, null, site)),
    keys: () =>
      listValue(
        [...store.properties.keys()].map((one) => textValue(one)),
        m.depth,
      ),
    entries: () =>
      listValue(
        [...store.properties].map(([key, value]) => listValue([textValue(key), value], m.depth)),
        m.depth,
      ),
    forEach: (args, site) => {
      for (const [key, value] of store.properties)
        m.call(args[0] ?? OPAQUE, null, [value, textValue(key)], site)
      return UNDEFINED
    },
  }
  for (const [name, run] of Object.entries(methods))
    made.properties.set(
      name,
      native((args, _self, site) => run(args, site)),
    )
  made.properties.set(ITERATES, made.properties.get('entries')!)
  return made
}

/** Returns the value of `new Set()`. */
export function makeSet(m: Machine, items: Value | undefined): ObjectValue {
  const made = object([], m.depth)
  const store =
    items?.kind === 'list'
      ? listValue([...items.items], m.depth, items.rest)
      : listValue([], m.depth, items && OPAQUE)
  const values = native(() => store)
  const add = native(([one = UNDEFINED]) => {
    store.items.push(one)
    return made
  })
  const each = native((args, _self, site) => m.callMember(store, 'forEach', args, site))
  const entries: [string, Value][] = [
    ['add', add],
    ['values', values],
    ['keys', values],
    ['forEach', each],
    [ITERATES, values],
  ]
  for (const [name, value] of entries) made.properties.set(name, value)
  for (const name of ['has', 'delete', 'clear'])
    made.properties.set(
      name,
      native(() => OPAQUE),
    )
  return made
}

/** Returns the values that iterating over a value yields: a list as it is, the contents of a map or a set. */
export function iterated(m: Machine, value: Value, site: CallSite): Value {
  const iterates = value.kind === 'object' ? value.properties.get(ITERATES) : undefined
  return iterates ? m.call(iterates, value, [], site) : value
}
