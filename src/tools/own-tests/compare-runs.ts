import type { Heard } from '../gate/preload/traffic.js'
import type { Difference } from '../gate/suite.js'
import { compare, undeclared } from '../gate/traffic/compare.js'
import type { Exchange } from '../gate/traffic/exchange.js'

/** Answers to one kind of request that were others under the layers, once each. */
export interface Otherwise {
  /** method and path, as it was asked the first time */
  request: string
  /** what was expected and came instead */
  what: string
  /** what a phase says of it; null: no phase has declared it */
  why: string | null
  times: number
}

/** Parts of a path and of an answer that are others in each run. */
const ID = /\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$|\?)/gi
const CHANGING =
  /\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+/gi

/**
 * What the tests' servers answered otherwise under the layers, of the requests that both runs have made: the first of a
 * kind with the first, the second with the second.
 */
export function answersOtherwise(
  bare: readonly Heard[],
  under: readonly Heard[],
  differences: readonly Difference[],
): Otherwise[] {
  const before = byKind(bare)
  const found = new Map<string, Otherwise>()
  for (const [kind, now] of byKind(under))
    for (const [at, one] of now.entries()) {
      const then = before.get(kind)?.[at]
      if (!then) continue
      const exchange = exchangeOf(then)
      const { left, used } = undeclared(
        compare(exchange.response, exchangeOf(one).response),
        exchange,
        differences,
      )
      const request = `${one.method} ${one.path}`
      for (const { what, expected, got } of left)
        note(found, { request, what: `${what}: ${expected} → ${got}`, why: null, times: 1 }, kind)
      for (const { what, why } of used) note(found, { request, what, why, times: 1 }, kind)
    }
  return [...found.values()]
}

function note(found: Map<string, Otherwise>, one: Otherwise, kind: string): void {
  const key = JSON.stringify([kind, one.why ?? one.what])
  const known = found.get(key)
  if (known) known.times++
  else found.set(key, one)
}

function byKind(heard: readonly Heard[]): Map<string, Heard[]> {
  const kinds = new Map<string, Heard[]>()
  for (const one of heard) {
    const kind = `${one.method} ${one.path.replace(ID, '/:id')}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), one])
  }
  return kinds
}

/** As the comparison of recorded answers reads them, without what is never the same twice. */
function exchangeOf({ method, path, headers, body, status, answer }: Heard): Exchange {
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
