import { jsonIn } from '../json.js'
import type { Difference } from '../run/suite.js'
import type { Exchange } from './exchange.js'

type Response = Exchange['response']

export interface Deviation {
  what: 'status' | 'header' | 'body'
  expected: string
  got: string
}

/**
 * Returns how an answer deviates from the recorded one: in status, content type, and the whole body. Empty if
 * it does not.
 */
export function compareAnswers(expected: Response, got: Response): Deviation[] {
  const found: Deviation[] = []
  if (expected.status !== got.status)
    found.push({ what: 'status', expected: String(expected.status), got: String(got.status) })
  if (kindOf(expected.contentType) !== kindOf(got.contentType))
    found.push({
      what: 'header',
      expected: `content-type: ${expected.contentType}`,
      got: `content-type: ${got.contentType}`,
    })
  if (expected.body !== got.body) found.push({ what: 'body', ...firstDifference(expected.body, got.body) })
  return found
}

/**
 * Returns a body without the properties of some names that the recorded one does not have at the same place; a body that is
 * another type as it is.
 */
export function withoutNewProperties(expected: string, got: string, names: ReadonlySet<string>): string {
  if (names.size === 0 || expected === got) return got
  const [recorded, answered] = [jsonIn(expected), jsonIn(got)]
  if (recorded === undefined || answered === undefined) return got
  const rest = JSON.stringify(takenOut(recorded, answered, names))
  return rest === JSON.stringify(recorded) ? expected : rest
}

function takenOut(expected: unknown, got: unknown, names: ReadonlySet<string>): unknown {
  if (typeof got !== 'object' || got === null || typeof expected !== 'object' || expected === null) return got
  if (Array.isArray(got)) return got.map((one, at) => takenOut((expected as unknown[])[at], one, names))
  const recorded = expected as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(got)
      .filter(([name]) => Object.hasOwn(recorded, name) || !names.has(name))
      .map(([name, value]) => [name, takenOut(recorded[name], value, names)]),
  )
}

/** Returns where two texts begin to differ, with a little context; in JSON, the path that differs. */
function firstDifference(expected: string, got: string): { expected: string; got: string } {
  const [a, b] = [jsonIn(expected), jsonIn(got)]
  const path = a !== undefined && b !== undefined ? differingPath(a, b, '$') : null
  if (path) return { expected: `${path.at}: ${short(path.a)}`, got: `${path.at}: ${short(path.b)}` }
  let at = 0
  while (at < expected.length && expected[at] === got[at]) at++
  const from = Math.max(0, at - 30)
  return { expected: short(expected.slice(from, at + 80)), got: short(got.slice(from, at + 80)) }
}

function differingPath(a: unknown, b: unknown, at: string): { at: string; a: unknown; b: unknown } | null {
  if (Object.is(a, b)) return null
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
  if (!both || Array.isArray(a) !== Array.isArray(b)) return { at, a, b }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = differingPath(left[key], right[key], `${at}.${key}`)
    if (found) return found
  }
  return null
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

/**
 * Returns the deviations of one exchange that no phase has declared, and the declarations that covered the
 * others. A declared status may bring its own type and body.
 */
export function undeclared<D extends Difference>(
  deviations: readonly Deviation[],
  exchange: Exchange,
  differences: readonly D[],
): { left: Deviation[]; used: D[] } {
  const route = exchange.route ?? `${exchange.method} ${exchange.path.split('?')[0]}`
  const here = differences.filter((one) => matches(one.route, route))
  const cover = (deviation: Deviation) =>
    here.find((one) => one.what === deviation.what && fits(one, deviation))
  const [status] = deviations.filter((deviation) => deviation.what === 'status')
  const wanted = status && cover(status)
  if (wanted) return { left: [], used: [wanted] }
  return {
    left: deviations.filter((deviation) => !cover(deviation)),
    used: deviations.flatMap((deviation) => cover(deviation) ?? []),
  }
}

function fits({ from, to }: Difference, deviation: Deviation): boolean {
  return (
    (from === undefined || deviation.expected.includes(from)) &&
    (to === undefined || deviation.got.includes(to))
  )
}

/** Matches `GET /a/:id` or `* /a/*`: the method or any, the path or everything below it. */
export function matches(pattern: string, route: string): boolean {
  const [method, path] = split(pattern)
  const [asked, at] = split(route)
  if (method !== '*' && method !== asked) return false
  return path.endsWith('*') ? at.startsWith(path.slice(0, -1)) : at === path
}

function split(route: string): [string, string] {
  const at = route.indexOf(' ')
  return [route.slice(0, at), route.slice(at + 1)]
}

/** A media type whatever the order and case of its parameters, which mean nothing (RFC 9110, 8.3.1). */
const kindOf = (contentType: string | null) => {
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(/\s*;\s*/)
  return [type, ...parameters.sort()].join(';')
}
