import type { Answer } from '../../gate/app/http.js'
import { masked, volatileIn } from '../../gate/traffic/volatile.js'

/** Headers that come from the clock, the connection or the gate itself, or only count requests. */
const OF_THE_MOMENT =
  /^(date|age|expires|connection|keep-alive|transfer-encoding|x-request-id|x-correlation-id|x-gate-.*|(x-)?ratelimit-.*|retry-after|server-timing|x-response-time|x-runtime|traceparent)$/
/** Headers that follow from the body: where it echoes the id that was asked for, they differ. */
const OF_BODY = /^(content-length|etag)$/

export interface Unlike {
  expected: string
  got: string
}

/**
 * How the answer about a foreign row differs from that about a missing one, in status, headers and body;
 * null: it does not. Not counted are an echo of the id, and what also differs between two answers about the
 * missing row.
 * @param ids how the foreign ids are spelled, and the missing ones
 * @param again asks about the missing row once more; only where that changes nothing
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
 * The same of two answers to writes that each made a row of the sender's own, as where no foreign key names the parent:
 * keys and times are the row's, so that only status and kind of each member count.
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
  // The body tells more than that the status is another one.
  const part = differing === STATUS ? BODY : differing
  const shown = (all: Parts) => `${all.get(STATUS)} ${all.get(part) ?? `(no ${part})`}`.slice(0, 400)
  return { expected: shown(expected), got: shown(got) }
}

/** An id as an app may repeat it: as it was sent, as it was understood, and as JSON writes that. */
function echoes(id: string): string[] {
  const meant = decoded(id)
  return [id, meant, JSON.stringify(meant).slice(1, -1)]
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

const LENGTH = /("length": ?)(\d+)/g

/** Whether two bodies differ only in the length of a message that holds the id (pg's `length`). */
function sameButLengths(expected: Parts, got: Parts, ids: ReadonlyMap<string, string>): boolean {
  const [one, other] = [expected.get(BODY) ?? '', got.get(BODY) ?? '']
  if (one.replace(LENGTH, '$1') !== other.replace(LENGTH, '$1')) return false
  const lengths = [one, other].map((body) => [...body.matchAll(LENGTH)].map(([, , digits]) => Number(digits)))
  return lengths[0]!.every((length, at) => isLongerBy(lengths[1]![at]! - length, ids))
}

/** Whether a difference in length is that of some echoes of the id. */
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

/** The headers that say something about what was asked for, and not about the moment. */
export function lastingHeaders(headers: Answer['headers']): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, spoken(name, value)]))
}

/** Status with content type, headers by name, body; without the ids that were asked for. */
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

/** Without a body only its length speaks: the same, or longer by some echoes of the longer id. */
function sameLength(foreign: Answer, missing: Answer, ids: ReadonlyMap<string, string>): boolean {
  const [got, expected] = [foreign, missing].map(({ headers }) => headers['content-length'])
  if (got === expected) return true
  if (got === undefined || expected === undefined) return false
  return isLongerBy(Number(got) - Number(expected), ids)
}
