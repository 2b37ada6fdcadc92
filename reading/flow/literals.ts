import { child, children, type Node } from '../syntax/tree.js'
import { iterated } from './collections.js'
import type { Environment } from './environment.js'
import { makeFunction } from './functions.js'
import { memberKeys } from './keys.js'
import type { Machine } from './machine.js'
import { allValues, asText, either, listValue, OPAQUE, object, textValue, type Value } from './values.js'

/** The most texts that are built from alternatives. Further ones are dropped. */
const MOST_TEXTS = 12

/**
 * Returns the SQL of a tagged template, with `$1`, `$2` … for its values. Texts and models are written in
 * place.
 */
export function marked(quasi: Node, values: readonly Value[]): string[] {
  const parts = children(quasi, 'quasis').map((part) => (part.value as { cooked: string }).cooked ?? '')
  const holes = values.map((value, at) =>
    value.kind === 'text' ? value.text : value.kind === 'model' ? value.table : `$${at + 1}`,
  )
  return [parts.map((part, at) => part + (holes[at] ?? '')).join('')]
}

export function template(node: Node, again: (node: Node) => Value, at: string): Value {
  const parts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked ?? '')
  const holes = children(node, 'expressions').map((one) => asText(again(one)))
  let made = ['']
  parts.forEach((part, at) => {
    const added = (holes[at] ?? ['']).map((hole) => part + hole)
    made = made.flatMap((before) => added.map((one) => before + one)).slice(0, MOST_TEXTS)
  })
  return either(made.map((one) => textValue(one, at)))
}

/** Returns the value of `left + right`: texts, if either side may be a text. */
export function sum(left: Value, right: Value): Value {
  const isText = (value: Value) => allValues(value).some(({ kind }) => kind === 'text')
  if (!isText(left) && !isText(right)) return OPAQUE
  const at = allValues(left).flatMap((one) => (one.kind === 'text' && one.at ? [one.at] : []))[0]
  const made = asText(left).flatMap((one) => asText(right).map((other) => textValue(one + other, at)))
  return either(made.slice(0, MOST_TEXTS))
}

export function objectOf(m: Machine, node: Node, scope: Environment): Value {
  const made = object([], m.depth)
  for (const property of children(node, 'properties')) {
    if (property.type === 'SpreadElement') {
      const value = m.evaluate(child(property, 'argument'), scope)
      for (const one of allValues(value)) spread(made, one)
      continue
    }
    const inner = property.type === 'ObjectMethod' ? makeFunction(property, scope, made) : null
    const value = inner ?? m.evaluate(child(property, 'value'), scope)
    const isGetter = property.kind === 'get'
    for (const key of memberKeys(m, property, scope, 'key')) {
      if (key === null) made.rest = either([...(made.rest ? [made.rest] : []), value])
      else if (property.kind !== 'set') made.properties.set(isGetter ? `get ${key}` : key, value)
    }
  }
  return made
}

function spread(made: ReturnType<typeof object>, value: Value): void {
  if (value.kind === 'object') {
    for (const [key, one] of value.properties) made.properties.set(key, one)
    for (const key of value.perhaps) made.perhaps.add(key)
    if (value.rest) made.rest = value.rest
  } else if (value.kind !== 'constant') made.rest = either([...(made.rest ? [made.rest] : []), value])
}

export function literalsOf(m: Machine, nodes: readonly Node[], scope: Environment): Value {
  const made = listValue([], m.depth)
  for (const node of nodes) {
    const value = m.evaluate(node, scope)
    if (node.type !== 'SpreadElement') made.items.push(value)
    else
      for (const one of allValues(value).map((inner) => iterated(m, inner, { node, scope })))
        if (one.kind === 'list') {
          made.items.push(...one.items)
          for (const item of one.perhaps) made.perhaps.add(item)
          if (one.rest) made.rest = one.rest
        } else made.rest = one
  }
  return made
}
