import { type Machine, runCallbacks } from '../machine.js'
import {
  asText,
  type CallSite,
  either,
  type ListValue,
  listValue,
  OPAQUE,
  type Text,
  textsOf,
  textValue,
  UNDEFINED,
  type Value,
} from '../values.js'

const MOST_TEXTS = 12

export function textCall(m: Machine, of: Text, name: string, args: Value[], site: CallSite): Value {
  const of2 = args.map((one) => textsOf(one)[0])
  const isPlain = !of.text.includes('?')
  switch (name) {
    case 'toLowerCase':
      return textValue(of.text.toLowerCase())
    case 'toUpperCase':
      return textValue(of.text.toUpperCase())
    case 'trim':
    case 'trimEnd':
    case 'trimStart':
      return textValue(of.text.trim())
    case 'concat':
      return either([of.text + args.map((one) => asText(one)[0]!).join('')].map((one) => textValue(one)))
    case 'split':
      return isPlain && of2[0] !== undefined
        ? listValue(
            of.text.split(of2[0]).map((one) => textValue(one)),
            m.depth,
          )
        : listValue([], m.depth, OPAQUE)
    case 'replace':
    case 'replaceAll':
      runCallbacks(m, args, [OPAQUE, OPAQUE], site)
      return of2[0] !== undefined ? textValue(of.text.replaceAll(of2[0], of2[1] ?? '?')) : of
    case 'slice':
    case 'substring':
    case 'toString':
    case 'valueOf':
    case 'padStart':
    case 'padEnd':
    case 'repeat':
    case 'normalize':
      return of
    default:
      return OPAQUE
  }
}

export function listCall(m: Machine, of: ListValue, name: string, args: Value[], site: CallSite): Value {
  const [first = UNDEFINED] = args
  const each = (value: Value, at: number) =>
    args.length === 0 ? UNDEFINED : m.call(first, null, [value, { kind: 'constant', value: at }, of], site)
  const values = [...of.items, ...(of.rest ? [of.rest] : [])]
  switch (name) {
    case 'push':
    case 'unshift':
      for (const one of args) {
        if (!of.items.includes(one)) of.items.push(one)
        if (m.depth > of.depth) of.perhaps.add(one)
      }
      return OPAQUE
    case 'map':
    case 'flatMap':
      return mapped(m, of, each, name === 'flatMap')
    case 'forEach':
    case 'some':
    case 'every':
      of.items.forEach((one, at) => void each(one, at))
      if (of.rest) m.perhaps(() => each(of.rest!, 0))
      return OPAQUE
    case 'filter':
    case 'sort':
    case 'toSorted':
      m.perhaps(() => values.forEach((one, at) => void each(one, at)))
      return of
    case 'find':
    case 'findLast':
    case 'at':
    case 'pop':
    case 'shift':
      if (name.startsWith('find')) m.perhaps(() => values.forEach((one, at) => void each(one, at)))
      return values.length ? either(values) : UNDEFINED
    case 'reduce':
    case 'reduceRight':
      return reduced(m, of, values, args, site)
    case 'concat':
      return listValue(
        [...of.items, ...args.flatMap((one) => (one.kind === 'list' ? one.items : [one]))],
        m.depth,
        of.rest,
      )
    case 'join':
      return joined(of, textsOf(first)[0] ?? ',')
    case 'slice':
    case 'reverse':
    case 'flat':
    case 'values':
    case 'fill':
      return of
    case 'entries':
      return listValue(
        of.items.map((one, at) => listValue([{ kind: 'constant', value: at }, one], m.depth)),
        m.depth,
      )
    default:
      return OPAQUE
  }
}

/** Returns the list of a function's results for each item. */
function mapped(
  m: Machine,
  of: ListValue,
  each: (value: Value, at: number) => Value,
  isFlat: boolean,
): ListValue {
  const made = listValue([], m.depth)
  of.items.forEach((one, at) => {
    const value = each(one, at)
    if (isFlat && value.kind === 'list') made.items.push(...value.items)
    else made.items.push(value)
    if (of.perhaps.has(one)) made.perhaps.add(value)
  })
  if (of.rest) made.rest = m.perhaps(() => each(of.rest!, 0))
  return made
}

function reduced(m: Machine, of: ListValue, values: Value[], args: Value[], site: CallSite): Value {
  const [work = UNDEFINED, start] = args
  let sum = start ?? values[0] ?? UNDEFINED
  for (const one of args.length > 1 ? values : values.slice(1))
    sum = m.call(work, null, [sum, one, OPAQUE, of], site)
  return sum
}

/** Joins the items of a list twice: only those that are always there, and all that may be there. */
function joined(of: ListValue, by: string): Value {
  const ways = [of.items.filter((one) => !of.perhaps.has(one)), of.items]
  const made = ways.flatMap((items) => {
    let texts: string[] = []
    items.forEach((one, at) => {
      const added = asText(one)
      texts = at ? texts.flatMap((before) => added.map((part) => before + by + part)) : added
      texts = texts.slice(0, MOST_TEXTS)
    })
    return texts.length ? texts : ['']
  })
  return either(made.map((one) => textValue(of.rest ? `${one}${one && by}?` : one)))
}
