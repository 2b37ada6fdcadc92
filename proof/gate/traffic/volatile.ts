import { jsonIn } from '../json.js'
import type { Exchange } from './exchange.js'
import { isIdName } from './ids.js'

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

/** Returns the body with every list sorted by the content of its rows, and the members of each object by their names. */
export function withoutOrder(body: string): string {
  const parsed = jsonIn(body)
  const all = (value: unknown): unknown => {
    if (Array.isArray(value)) return inOrderOfWords(value.map(all))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(members.map(([key, one]) => [key, all(one)]))
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

/** A list of objects. */
type Rows = Record<string, unknown>[]

function isRows(value: unknown): value is Rows {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
  )
}

/**
 * Returns what two lists of the same rows, in another order, have in common: a text for each row, without its
 * id and its volatile parts. Null if they are not the same rows, or are in the same order.
 */
function reordered(a: Rows, b: Rows): { agreed: string[] } | null {
  if (a.length !== b.length) return null
  const members = [...new Set([...a, ...b].flatMap(Object.keys))].filter((name) => !isIdName(name))
  const lasting = members.filter((name) => sameOf(a, b, [name]))
  const without = lasting.map((name) => lasting.filter((one) => one !== name))
  const agreed = [lasting, ...without].find((some) => some.length > 0 && sameOf(a, b, some))
  if (!agreed || texts(a, agreed).join() === texts(b, agreed).join()) return null
  return { agreed }
}

/** Sorts rows by their content, except for the id. */
function inOrderOfWords(rows: unknown[]): unknown[] {
  const words = (row: unknown) =>
    JSON.stringify(row, (name, value) => (name !== '' && isIdName(name) ? undefined : value)) ?? ''
  return rows
    .map((row) => ({ row, key: words(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)
}

function sameOf(a: Rows, b: Rows, names: readonly string[]): boolean {
  return texts(a, names).sort().join() === texts(b, names).sort().join()
}

function texts(rows: Rows, names: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(names.map((name) => row[name])))
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?'
const DAY = '\\d{1,2}(?:st|nd|rd|th)?'
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2})?(?:[ \\u202f]?[AP]M)?'
/** Matches a month: `2026-11`, `November 2026`. */
const OF_A_MONTH = `\\d{4}-\\d{2}|${MONTH},? \\d{4}`
/** Matches a date as ISO 8601, JavaScript, its locales and its libraries write it, with or without a time, or without a day. */
const TIME = new RegExp(
  [
    '\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}(?::?\\d{2})?)?)?',
    `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:${MONTH} ${DAY},? \\d{4}|${DAY} ${MONTH},? \\d{4})(?:,?(?: at)? ${CLOCK}(?: GMT(?:[+-]\\d{4}(?: \\([^)]*\\))?)?)?)?`,
    `\\d{1,2}[./]\\d{1,2}[./]\\d{4}(?:,? ${CLOCK})?`,
    OF_A_MONTH,
  ]
    .map((one) => `(?<![\\w.-])(?:${one})(?![\\w-])`)
    .join('|'),
  'gi',
)
/** A date by itself has no time zone, and a zone is up to 14 hours away. Milliseconds. */
const NEAR_MS = 48 * 3_600_000

const STANDS_FOR_NOW = '(now)'

/**
 * Returns the text with the dates and times that are now in one spelling. They show the database's clock,
 * which cannot be stopped.
 *
 * @param now default: the present time
 */
export function withoutNow(text: string, now = Date.now()): string {
  return text.replace(TIME, (shown) => (isNow(shown, now) ? STANDS_FOR_NOW : shown))
}

const IS_MONTH = new RegExp(`^(?:${OF_A_MONTH})$`, 'i')

function isNow(shown: string, now: number): boolean {
  if (IS_MONTH.test(shown)) return [now - NEAR_MS, now, now + NEAR_MS].some((time) => isIn(shown, time))
  return readings(shown).some((read) => Math.abs(read - now) < NEAR_MS)
}

/** Whether a time lies in a month. */
function isIn(month: string, time: number): boolean {
  const first = new Date(/^\d/.test(month) ? month : `1 ${month.replace(/[.,]/g, '')} GMT`)
  const at = new Date(time)
  return first.getUTCFullYear() === at.getUTCFullYear() && first.getUTCMonth() === at.getUTCMonth()
}

/** Returns the possible meanings: the order of day and month in `4/11/2026` depends on the country. */
function readings(shown: string): number[] {
  const [, first, second, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})/.exec(shown) ?? []
  if (year)
    return [
      [first, second],
      [second, first],
    ].map(([month, day]) => Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const plain = shown
    .replace(/(\d)(?:st|nd|rd|th)\b/i, '$1')
    .replace(/ at /i, ' ')
    .replace(/ \([^)]*\)$/, '')
    .replaceAll('\u202f', ' ')
  return [Date.parse(plain)]
}
