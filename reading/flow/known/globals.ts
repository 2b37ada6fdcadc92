import { iterated } from '../collections.js'
import { type Machine, runCallbacks } from '../machine.js'
import {
  allValues,
  type CallSite,
  either,
  listValue,
  native,
  type ObjectValue,
  OPAQUE,
  object,
  settled,
  textsOf,
  textValue,
  UNDEFINED,
  type Value,
} from '../values.js'

function asList(m: Machine, value: Value, site: CallSite): Value {
  const found = iterated(m, value, site)
  return found.kind === 'list' ? found : listValue([], m.depth, OPAQUE)
}

/** Returns a built-in function that has the given members. */
function callable(m: Machine, { properties }: ObjectValue): Value {
  const made = native(() => OPAQUE)
  for (const [name, value] of properties) m.set(made, name, value)
  return made
}

/** Returns a built-in function that returns its argument. */
const identity = () => native((args) => args[0] ?? OPAQUE)

/** Returns the known members of a value by name. */
function entriesOf(m: Machine, value: Value | undefined): [string, Value][] {
  return allValues(value ?? UNDEFINED).flatMap((one): [string, Value][] => {
    if (one.kind === 'object') return [...one.properties].filter(([key]) => !key.startsWith('get '))
    if (one.kind === 'namespace')
      return m.exportNames(one.file).map((name): [string, Value] => [name, m.exported(one.file, name)])
    return []
  })
}

/** Returns what the unknown members of a value may be, or null if it has none. */
function restOf(value: Value | undefined): Value | null {
  if (value?.kind === 'part' || value?.kind === 'row') return value
  return value?.kind === 'object' ? value.rest : null
}

/** Returns `Object.keys` and the other functions that list an object's members. */
function listings(m: Machine): [string, Value][] {
  return [
    [
      'keys',
      native(([one]) =>
        listValue(
          entriesOf(m, one).map(([key]) => textValue(key)),
          m.depth,
          restOf(one) && OPAQUE,
        ),
      ),
    ],
    [
      'values',
      native(([one]) =>
        listValue(
          entriesOf(m, one).map(([, value]) => value),
          m.depth,
          restOf(one),
        ),
      ),
    ],
    [
      'entries',
      native(([one]) =>
        listValue(
          entriesOf(m, one).map(([key, value]) => listValue([textValue(key), value], m.depth)),
          m.depth,
          restOf(one) && listValue([OPAQUE, restOf(one)!], m.depth),
        ),
      ),
    ],
  ]
}

/** Returns `Object.assign` and the other functions that create or change an object. */
function changes(m: Machine): [string, Value][] {
  return [
    [
      'assign',
      native(([target = UNDEFINED, ...others]) => {
        for (const other of others) {
          for (const [key, value] of entriesOf(m, other)) m.set(target, key, value)
          const rest = restOf(other)
          if (rest) m.set(target, null, rest)
        }
        return target
      }),
    ],
    [
      'fromEntries',
      native(([one]) => {
        const made = object([], m.depth)
        if (one?.kind === 'list')
          for (const pair of one.items)
            if (pair.kind === 'list')
              m.set(made, textsOf(pair.items[0])[0] ?? null, pair.items[1] ?? UNDEFINED)
        return made
      }),
    ],
    [
      'defineProperty',
      native(([target = UNDEFINED, key, how], _self, site) => {
        const value = how ? m.get(how, 'value', site) : UNDEFINED
        const getter = how ? m.get(how, 'get', site) : UNDEFINED
        m.set(
          target,
          textsOf(key)[0] ?? null,
          getter.kind === 'function' ? m.call(getter, target, [], site) : value,
        )
        return target
      }),
    ],
    [
      'create',
      native(([one]) =>
        one?.kind === 'object' ? object([...one.properties], m.depth) : object([], m.depth),
      ),
    ],
    ['setPrototypeOf', identity()],
    ['freeze', identity()],
    ['seal', identity()],
  ]
}

function promiseMembers(m: Machine): ObjectValue {
  return object([
    [
      'all',
      native(([one]) =>
        one?.kind === 'list'
          ? listValue(one.items.map(settled), m.depth, one.rest && settled(one.rest))
          : (one ?? OPAQUE),
      ),
    ],
    ['allSettled', native(() => OPAQUE)],
    ['race', native(([one]) => (one?.kind === 'list' ? either(one.items.map(settled)) : OPAQUE))],
    ['any', native(([one]) => (one?.kind === 'list' ? either(one.items.map(settled)) : OPAQUE))],
    ['resolve', native(([one]) => settled(one ?? UNDEFINED))],
    ['reject', native(() => OPAQUE)],
  ])
}

function arrayMembers(m: Machine): ObjectValue {
  return object([
    [
      'from',
      native(([one = UNDEFINED, by], _self, site) =>
        by ? m.callMember(asList(m, one, site), 'map', [by], site) : asList(m, one, site),
      ),
    ],
    ['isArray', native(() => OPAQUE)],
    ['of', native((args) => listValue(args, m.depth))],
  ])
}

/** Returns the globals that every module can use. */
export function globalsOf(m: Machine): Map<string, Value> {
  const withCallbacks = native((args, _self, site) => {
    runCallbacks(m, args, [OPAQUE, OPAQUE], site)
    return OPAQUE
  })
  const lists = listings(m)
  const names: [string, Value][] = [
    ['Object', callable(m, object([...lists, ...changes(m)]))],
    ['Promise', callable(m, promiseMembers(m))],
    ['Array', callable(m, arrayMembers(m))],
    ['undefined', UNDEFINED],
    [
      'Reflect',
      object([
        ['ownKeys', new Map(lists).get('keys')!],
        ['get', native(([one, key], _self, site) => m.get(one ?? UNDEFINED, textsOf(key)[0] ?? null, site))],
      ]),
    ],
    ['structuredClone', identity()],
    ['setTimeout', withCallbacks],
    ['setImmediate', withCallbacks],
    ['queueMicrotask', withCallbacks],
    ['setInterval', OPAQUE],
  ]
  for (const name of [
    'String',
    'Number',
    'parseInt',
    'parseFloat',
    'BigInt',
    'Boolean',
    'encodeURIComponent',
    'decodeURIComponent',
  ])
    names.push([name, identity()])
  for (const name of 'console JSON Math Date Intl Symbol Buffer URL URLSearchParams fetch process performance crypto Error TypeError RangeError SyntaxError RegExp AbortController AbortSignal clearTimeout clearInterval isNaN isFinite NaN Infinity WeakRef Uint8Array TextEncoder TextDecoder Proxy Response Headers FormData Blob atob btoa escape unescape'.split(
    ' ',
  ))
    names.push([name, OPAQUE])
  return new Map(names)
}
