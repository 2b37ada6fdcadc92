import type { HeardTraffic } from '../gate/preload/traffic.js'
import { compareAnswers, undeclared } from '../gate/traffic/compare.js'
import type { Exchange } from '../gate/traffic/exchange.js'
import { requestKind } from '../gate/traffic/kind.js'
import type { Declared } from './declared.js'

/** Answers to one kind of request that were others under the layers, once each. */
export interface Otherwise {
  /** method and path, as it was asked the first time */
  request: string
  /** what was expected and came instead */
  what: string
  /** by which it is so on purpose; null: no phase has declared it */
  declared: Declared | null
  /** method and path with ids named `:id` */
  kind: string
  times: number
}

/** Parts of an answer that are others in each run. */
const CHANGING =
  /\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+/gi

/**
 * What the tests' servers answered otherwise under the layers, of the requests that both runs have made. Files of tests
 * run beside each other, in no order: an answer that the other run gave as well is the same one, and of what is left of a
 * kind the first goes with the first, the second with the second.
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

/** Those of one kind that were not answered alike. */
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

/** As the comparison of recorded answers reads them, without what is never the same twice. */
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
