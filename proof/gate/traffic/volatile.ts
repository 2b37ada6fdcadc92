import { jsonIn } from '../json.js'
import type { Exchange } from './exchange.js'
import { inOrderOfWords, isRows, type Rows, reordered } from './lists.js'
import { STANDS_FOR_NOW, withoutNow } from './shown-times.js'

/** Replaces a value that differs each time. */
const VOLATILE = '(volatile)'
const WHOLE = '$'
/** In a text other than JSON: every date and time that is now. */
const NOW = '$now'
/** In a path: each element of a list, and at its end the order of the elements. */
const [EACH, ORDER] = ['*', '[]']

/**
 * Returns the places of an answer that differ between two recordings of the same app, the same requests, on
 * the same data. They say nothing about the app and are not compared. JSON paths (`$.a.*.b`: in each element
 * of a list; `$.a.[]`: the order of a list); `$` is the whole body.
 */
export function volatileIn(first: string, second: string): string[] {
  if (first === second) return []
  const [a, b] = [jsonIn(first), jsonIn(second)]
  return a === undefined || b === undefined ? [WHOLE] : differing(a, b, WHOLE)
}

/**
 * Marks what is volatile in a recording: what differs in a second one, and what shows the time of the
 * recording, which a second one within the same minute, or day, repeats.
 *
 * @throws if the two differ in length
 */
export function markVolatile(first: Exchange[], second: readonly Exchange[]): Exchange[] {
  if (first.length !== second.length)
    throw new Error(
      `two recordings differ in length (${first.length} and ${second.length}): the drive is not deterministic`,
    )
  return first.map((exchange, at) => {
    const { response } = exchange
    const { body, places } = shown(response.body, second[at]!.response.body)
    return places.length ? { ...exchange, response: { ...response, body }, volatile: places } : exchange
  })
}

function shown(first: string, second: string): { body: string; places: string[] } {
  const parsed = jsonIn(first)
  if (parsed !== undefined)
    return { body: first, places: [...new Set([...volatileIn(first, second), ...timesIn(parsed, WHOLE)])] }
  const body = withoutNow(first)
  const places = volatileIn(body, withoutNow(second))
  return { body, places: body === first || places.length > 0 ? places : [NOW] }
}

/** Returns the places whose value is the present date or time. */
function timesIn(value: unknown, at: string): string[] {
  if (typeof value === 'string') return value !== '' && withoutNow(value) === STANDS_FOR_NOW ? [at] : []
  if (typeof value !== 'object' || value === null) return []
  const isList = Array.isArray(value)
  return Object.entries(value).flatMap(([key, one]) => timesIn(one, `${at}.${isList ? EACH : key}`))
}

/** Returns the body with its volatile parts replaced by a placeholder. */
export function masked(body: string, places: readonly string[] = []): string {
  if (places.length === 0) return body
  if (places.includes(WHOLE)) return VOLATILE
  if (places.includes(NOW)) return withoutNow(body)
  const parsed = jsonIn(body)
  if (parsed === undefined) return body
  const [orders, values] = split(places)
  for (const place of values) mask(parsed, place)
  return JSON.stringify(sorted(parsed, orders))
}

/** Returns the body with its unordered lists sorted. */
export function ordered(body: string, places: readonly string[] = []): string {
  const [orders] = split(places)
  const parsed = orders.length > 0 ? jsonIn(body) : undefined
  return parsed === undefined ? body : JSON.stringify(sorted(parsed, orders))
}

/** Returns the body with every list sorted by the content of its rows. */
export function withoutOrder(body: string): string {
  const parsed = jsonIn(body)
  const all = (value: unknown): unknown => {
    if (Array.isArray(value)) return inOrderOfWords(value.map(all))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, all(one)]))
  }
  return parsed === undefined ? body : JSON.stringify(all(parsed))
}

function split(places: readonly string[]): [orders: string[][], values: string[][]] {
  const paths = places.map((place) => place.split('.').slice(1))
  const isOrder = (path: string[]) => path.at(-1) === ORDER
  return [paths.filter(isOrder), paths.filter((path) => !isOrder(path))]
}

/** Sorts inner lists first, because the order of an outer one may depend on them. */
function sorted(value: unknown, orders: readonly string[][]): unknown {
  const inOrder = orders.some(([first]) => first === ORDER)
  const below = (key: string) =>
    orders.flatMap(([first, ...rest]) => (rest.length > 0 && (first === key || first === EACH) ? [rest] : []))
  if (Array.isArray(value)) {
    const inner = value.map((one, at) => sorted(one, below(String(at))))
    return inOrder ? inOrderOfWords(inner) : inner
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sorted(one, below(key))]))
}

function mask(value: unknown, [key, ...rest]: string[]): void {
  if (key === EACH && Array.isArray(value)) {
    for (const at of value.keys()) mask(value, [String(at), ...rest])
    return
  }
  if (typeof value !== 'object' || value === null || key === undefined || !(key in value)) return
  const holder = value as Record<string, unknown>
  if (rest.length === 0) holder[key] = VOLATILE
  else mask(holder[key], rest)
}

function differing(a: unknown, b: unknown, at: string): string[] {
  if (Object.is(a, b)) return []
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
  if (!both || Array.isArray(a) !== Array.isArray(b)) return [at]
  if (isRows(a) && isRows(b) && a.length === b.length) return differingRows(a, b, at)
  if (Array.isArray(a) && isMovedUp(a, b as unknown[])) return [at]
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  // An added or missing member changes the shape, which no mask may hide: the whole value is volatile.
  if (keys.some((key) => !(key in left) || !(key in right))) return [at]
  return keys.flatMap((key) => differing(left[key], right[key], `${at}.${key}`))
}

/**
 * Returns whether a list without rows lost entries at one end and got as many at the other, as the last requests do: another time
 * it has moved further.
 */
function isMovedUp(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  const [one, other] = [a, b].map((list) => list.map((entry) => JSON.stringify(entry))) as [
    string[],
    string[],
  ]
  const begins = (left: string[], right: string[], by: number) =>
    left.slice(by).every((entry, place) => entry === right[place])
  return one.some((_, by) => by > 0 && (begins(one, other, by) || begins(other, one, by)))
}

/**
 * Compares two lists. A list whose rows are reordered has no order; what differs in one row may differ in
 * each.
 */
function differingRows(a: Rows, b: Rows, at: string): string[] {
  const other = reordered(a, b)
  if (!other) {
    const places = a.flatMap((row, place) => differing(row, b[place], `${at}.${EACH}`))
    return [...new Set(places)]
  }
  const members = [...new Set([...a, ...b].flatMap(Object.keys))]
  return [
    `${at}.${ORDER}`,
    ...members.filter((name) => !other.agreed.includes(name)).map((name) => `${at}.${EACH}.${name}`),
  ]
}
