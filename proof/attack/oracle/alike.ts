import { decoded } from '../../../src/core/decoded.js'
import type { Answer } from '../../gate/app/http.js'
import { masked, volatileIn } from '../../gate/traffic/volatile.js'

/** Headers that depend on the clock, the connection or the gate itself, or only count requests. */
const OF_THE_MOMENT =
  /^(date|age|expires|connection|keep-alive|transfer-encoding|x-request-id|x-correlation-id|x-gate-.*|(x-)?ratelimit-.*|retry-after|server-timing|x-response-time|x-runtime|traceparent)$/
/** Headers that follow from the body: if the body echoes the requested id, they differ. */
const OF_BODY = /^(content-length|etag)$/

export interface Unlike {
  expected: string
  got: string
}

/**
 * Returns how the answer about a foreign row differs from that about a missing one, in status, headers and
 * body; null if it does not. An echo of the id does not count, nor does a part that also differs between two
 * answers about the missing row.
 *
 * @param ids the spelling of each foreign id → that of the missing one
 * @param again requests the missing row once more; only for requests that change nothing
 */
export async function unlike(
  foreign: Answer,
  missing: Answer,
  ids: ReadonlyMap<string, string>,
  again?: () => Promise<Answer>,
): Promise<Unlike | null> {
  const first = difference(foreign, missing, ids)
  if (!first || !again) return first
  const second = await again()
  const nonDeterministic = (one: Answer): Answer => ({
    ...one,
    headers: Object.fromEntries(
      Object.entries(one.headers).filter(
        ([name]) => OF_BODY.test(name) || String(missing.headers[name]) === String(second.headers[name]),
      ),
    ),
    body: masked(one.body, volatileIn(missing.body, second.body)),
  })
  return difference(nonDeterministic(foreign), nonDeterministic(missing), ids)
}

/**
 * Compares two answers to writes that each inserted a row of the sender, as when no foreign key refers to the
 * parent. Keys and times belong to the row, so that only the status and the kind of each member count.
 */
export function unlikeMade(foreign: Answer, missing: Answer): Unlike | null {
  const shape = ({ status, json, body, headers }: Answer) =>
    `${status} ${headers['content-type'] ?? ''} ${json === undefined ? body.replace(/[\w-]*\d[\w-]*/g, '…') : JSON.stringify(json, kindsOf)}`
  const [got, expected] = [shape(foreign), shape(missing)]
  return got === expected ? null : { expected: expected.slice(0, 400), got: got.slice(0, 400) }
}

const kindsOf = (_name: string, value: unknown) =>
  typeof value === 'object' && value !== null ? value : value === null ? null : typeof value

function difference(foreign: Answer, missing: Answer, ids: ReadonlyMap<string, string>): Unlike | null {
  const names = [...new Set([...ids].flat().flatMap(echoes))].sort((a, b) => b.length - a.length)
  const [got, expected] = [foreign, missing].map((answer) => parts(answer, names)) as [Parts, Parts]
  if (foreign.body === '' && missing.body === '' && !sameLength(foreign, missing, ids)) {
    const of = ({ status, headers }: Answer) => `${status}, content-length: ${headers['content-length']}`
    return { expected: of(missing), got: of(foreign) }
  }
  const differing = [...new Set([...expected.keys(), ...got.keys()])].find(
    (part) => expected.get(part) !== got.get(part) && !(part === BODY && sameButLengths(expected, got, ids)),
  )
  if (differing === undefined) return null
  // The body says more than the fact that the status differs.
  const part = differing === STATUS ? BODY : differing
  const shown = (all: Parts) => `${all.get(STATUS)} ${all.get(part) ?? `(no ${part})`}`.slice(0, 400)
  return { expected: shown(expected), got: shown(got) }
}

/** Returns an id as an app may repeat it: as sent, as decoded, and as JSON writes that. */
function echoes(id: string): string[] {
  const meant = decoded(id)
  return [id, meant, JSON.stringify(meant).slice(1, -1)]
}

const LENGTH = /("length": ?)(\d+)/g

/** Returns whether two bodies differ only in the length of a message that contains the id (pg's `length`). */
function sameButLengths(expected: Parts, got: Parts, ids: ReadonlyMap<string, string>): boolean {
  const [one, other] = [expected.get(BODY) ?? '', got.get(BODY) ?? '']
  if (one.replace(LENGTH, '$1') !== other.replace(LENGTH, '$1')) return false
  const lengths = [one, other].map((body) => [...body.matchAll(LENGTH)].map(([, , digits]) => Number(digits)))
  return lengths[0]!.every((length, at) => isLongerBy(lengths[1]![at]! - length, ids))
}

/** Returns whether echoes of the id explain a difference in length. */
function isLongerBy(more: number, ids: ReadonlyMap<string, string>): boolean {
  const bytes = (id: string) => Buffer.byteLength(decoded(id))
  return (
    more === 0 ||
    [...ids].some(([id, absent]) =>
      [id.length - absent.length, bytes(id) - bytes(absent)].some(
        (each) => each !== 0 && more % each === 0 && more / each > 0 && more / each < 4,
      ),
    )
  )
}

type Parts = Map<string, string>
const [STATUS, BODY] = ['the status', 'the body']

/** Returns the headers that depend on the request and not on the moment. */
export function lastingHeaders(headers: Answer['headers']): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, spoken(name, value)]))
}

/** Returns the names of the lasting headers that differ, without those that follow from the body. */
export function unlikeHeaders(one: Answer, other: Answer): string[] {
  const [here, there] = [lastingHeaders(one.headers), lastingHeaders(other.headers)]
  const names = new Set([...Object.keys(here), ...Object.keys(there)])
  return [...names].filter((name) => !OF_BODY.test(name) && here[name] !== there[name])
}

/**
 * Splits an answer into the status with content type, the headers by name, and the body, without the
 * requested ids.
 */
function parts({ status, headers, body }: Answer, names: readonly string[]): Parts {
  const kept = Object.entries(lastingHeaders(headers))
  return new Map([
    [STATUS, `${status} ${headers['content-type'] ?? ''}`],
    ...kept.map(([name, value]): [string, string] => [
      name,
      `${name}: ${OF_BODY.test(name) ? '(given)' : withoutIds(value, names)}`,
    ]),
    [BODY, withoutIds(body, names)],
  ])
}

/** A cookie's value and a policy's nonce are new each time. */
function spoken(name: string, value: string | string[] | undefined): string {
  const text = [value].flat().join(', ')
  if (name === 'set-cookie') return text.replace(/=[^;,]*/g, '=…')
  return text.replace(/'nonce-[^']*'/g, "'nonce-…'")
}

function withoutIds(text: string, names: readonly string[]): string {
  let plain = text
  for (const id of names)
    plain = plain.replace(new RegExp(`(?<![\\w-])${id.replace(/\W/g, '\\$&')}(?![\\w-])`, 'g'), '<id>')
  return plain
}

/**
 * Without a body only its length can be compared: it must be the same, or longer by echoes of the longer id.
 */
function sameLength(foreign: Answer, missing: Answer, ids: ReadonlyMap<string, string>): boolean {
  const [got, expected] = [foreign, missing].map(({ headers }) => headers['content-length'])
  if (got === expected) return true
  if (got === undefined || expected === undefined) return false
  return isLongerBy(Number(got) - Number(expected), ids)
}
