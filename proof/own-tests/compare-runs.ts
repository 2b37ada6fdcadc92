import type { HeardTraffic } from '../gate/preload/traffic.js'
import { compareAnswers, undeclared } from '../gate/traffic/compare.js'
import type { Exchange } from '../gate/traffic/exchange.js'
import { requestKind } from '../gate/traffic/kind.js'
import type { Declared } from './declared.js'

/** Different answers to one kind of request under the layers, once each. */
export interface Otherwise {
  /** method and path of the first such request */
  request: string
  /** what was expected, and what was answered */
  what: string
  /** the declared difference that explains it; null: no phase has declared it */
  declared: Declared | null
  /** method and path with ids named `:id` */
  kind: string
  times: number
}

/** Parts of an answer that change in each run. */
const CHANGING =
  /\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+/gi

/**
 * Returns the answers of the tests' servers that differ under the layers, for requests that both runs have
 * sent. Test files run in parallel, in no order. An answer that the other run gave as well counts as the
 * same. The remaining answers of a kind are paired in order.
 */
export function answersOtherwise(
  bare: readonly HeardTraffic[],
  under: readonly HeardTraffic[],
  differences: readonly Declared[],
): Otherwise[] {
  const before = byKind(bare)
  const found = new Map<string, Otherwise>()
  for (const [kind, now] of byKind(under))
    for (const [then, one] of pairs(before.get(kind) ?? [], now)) {
      const exchange = exchangeOf(then)
      const { left, used } = undeclared(
        compareAnswers(exchange.response, exchangeOf(one).response),
        exchange,
        differences,
      )
      const request = `${one.method} ${one.path}`
      for (const { what, expected, got } of left)
        note(found, { request, what: `${what}: ${expected} → ${got}`, declared: null, kind, times: 1 })
      for (const declared of used) note(found, { request, what: declared.what, declared, kind, times: 1 })
    }
  return [...found.values()]
}

/** Pairs the requests of one kind that were not answered alike. */
function pairs(
  before: readonly HeardTraffic[],
  now: readonly HeardTraffic[],
): [HeardTraffic, HeardTraffic][] {
  const left = before.map((one) => ({ one, answer: answerOf(one) }))
  const others = now.filter((one) => {
    const answer = answerOf(one)
    const same = left.findIndex((then) => then.answer === answer)
    if (same >= 0) left.splice(same, 1)
    return same < 0
  })
  return others.slice(0, left.length).map((one, at) => [left[at]!.one, one])
}

const answerOf = (one: HeardTraffic) => JSON.stringify(exchangeOf(one).response)

function note(found: Map<string, Otherwise>, one: Otherwise): void {
  const key = JSON.stringify([one.kind, one.declared?.why ?? one.what])
  const known = found.get(key)
  if (known) known.times++
  else found.set(key, one)
}

function byKind(heard: readonly HeardTraffic[]): Map<string, HeardTraffic[]> {
  const kinds = new Map<string, HeardTraffic[]>()
  for (const one of heard) {
    const kind = requestKind(one.method, one.path)
    kinds.set(kind, [...(kinds.get(kind) ?? []), one])
  }
  return kinds
}

/** Converts to the form in which recorded answers are compared, without the volatile parts. */
function exchangeOf({ method, path, headers, body, status, answer }: HeardTraffic): Exchange {
  const type = answer.headers['content-type']
  return {
    method,
    path,
    route: null,
    request: { contentType: headers['content-type'] ?? null, body: body || null },
    response: {
      status,
      contentType: typeof type === 'string' ? type : null,
      body: answer.headers['content-encoding']
        ? ''
        : answer.body.replace(CHANGING, (one) => (/^\d+$/.test(one) ? '0' : '…')),
    },
  }
}
