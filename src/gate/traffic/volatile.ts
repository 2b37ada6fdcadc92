import type { Exchange } from './exchange.js'

/** What stands for a value that is never the same twice. */
const VOLATILE = '(volatile)'
const WHOLE = '$'

/**
 * The places of an answer that differ between two recordings of the same app, the same day, on the same data: they
 * say nothing about the app and are not compared. JSON paths (`$.a.0.b`); `$` is the whole body.
 */
export function volatileIn(first: string, second: string): string[] {
  if (first === second) return []
  const [a, b] = [parse(first), parse(second)]
  return a === undefined || b === undefined ? [WHOLE] : differing(a, b, WHOLE)
}

/** Learns from a second recording what is volatile in the first. @throws when the two are not the same day */
export function markVolatile(first: Exchange[], second: readonly Exchange[]): Exchange[] {
  if (first.length !== second.length)
    throw new Error(
      `two recordings differ in length (${first.length} and ${second.length}): the drive is not deterministic`,
    )
  return first.map((exchange, at) => {
    const places = volatileIn(exchange.response.body, second[at]!.response.body)
    return places.length ? { ...exchange, volatile: places } : exchange
  })
}

/** The body with what is volatile made the same. */
export function masked(body: string, places: readonly string[] = []): string {
  if (places.length === 0) return body
  if (places.includes(WHOLE)) return VOLATILE
  const parsed = parse(body)
  if (parsed === undefined) return body
  for (const place of places) mask(parsed, place.split('.').slice(1))
  return JSON.stringify(parsed)
}

function mask(value: unknown, [key, ...rest]: string[]): void {
  if (typeof value !== 'object' || value === null || key === undefined || !(key in value)) return
  const holder = value as Record<string, unknown>
  if (rest.length === 0) holder[key] = VOLATILE
  else mask(holder[key], rest)
}

function differing(a: unknown, b: unknown, at: string): string[] {
  if (Object.is(a, b)) return []
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
  if (!both || Array.isArray(a) !== Array.isArray(b)) return [at]
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  // A member more or less is a change of shape, which no mask may hide: it is all of this value.
  if (keys.some((key) => !(key in left) || !(key in right))) return [at]
  return keys.flatMap((key) => differing(left[key], right[key], `${at}.${key}`))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
