import { type Answer, isDone } from '../../gate/app/http.js'
import type { NamesRead, Route, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { NAMES_HEADER } from '../../gate/preload/orders.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { Asked } from '../../gate/traffic/ids.js'
import { exclusionOf } from '../campaign/exclusions.js'
import { unmarked } from '../fixture/canary.js'
import { afterAnswer } from '../fixture/kept-rows.js'
import type { World } from '../fixture/world.js'
import { contentTypeOf, encoded, type Fields, withHints } from './bodies.js'
import { type Corpus, corpusOf } from './corpus.js'
import { hintsIn } from './hints.js'
import { pathsFor } from './paths.js'
import { verbOf } from './synthesise.js'

/** The maximum of attempts for one path, and of paths for one route. */
const [ATTEMPTS, PATHS] = [5, 2]

/** A request with the members that the app reads from it. */
export interface NamedRequest {
  exchange: Exchange
  names: NamesRead
  answer: Answer
}

/** Sends a request as the owner, and returns which members of query and body, and which headers, the app reads. */
export async function namesReadOf({ target, owner }: World, asked: Asked): Promise<[Answer, NamesRead]> {
  await target.namesRead()
  await target.statements()
  const answer = await ask(target, owner, asked, { [NAMES_HEADER]: '1' })
  return [answer, await target.namesRead()]
}

/**
 * Makes up a request for each of these routes, from the members that its handlers read. Values come from the
 * owner's rows if a column or a recorded request has that name. Yields only requests that succeed.
 *
 * @param restore restores the rows after each attempt
 */
export async function* madeByNames(
  world: World,
  routes: readonly Route[],
  recorded: readonly Exchange[],
  restore: () => Promise<unknown>,
): AsyncGenerator<NamedRequest> {
  const { gate, owner } = world
  const kindOf = exclusionOf(gate.config)
  const { canaries } = world.secretsIn(new Map(), owner)
  const read = await corpusOf(gate.database, gate.config, owner.id, recorded)
  const tables = read.tables.map((table) => ({ ...table, rows: unmarked(table.rows, canaries) }))
  const corpus = { ...read, tables }
  for (const one of routes) {
    const { method, path } = one
    const isOpen = [null, 'open'].includes(kindOf(method, path)?.kind ?? null)
    if (gate.signal.aborted || !isOpen || /^(HEAD|OPTIONS)$/.test(method)) continue
    for (const way of pathsFor(path, corpus).slice(0, PATHS)) {
      const made = await madeFor(world, `${method} ${path}`, verbOf(one, routes), way, corpus, restore)
      if (!made) continue
      yield made
      break
    }
  }
}

async function madeFor(
  world: World,
  route: string,
  method: string,
  path: string,
  corpus: Corpus,
  restore: () => Promise<unknown>,
): Promise<NamedRequest | null> {
  const names: NamesRead = { query: [], body: [], headers: [] }
  const says = new Map<string, string>()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const exchange = exchangeOf(method, path, route, names, says, corpus, attempt)
    const [answer, read] = await namesReadOf(world, exchange)
    if (writes(method)) {
      if (isDone(answer)) await afterAnswer(world)
      await restore()
    }
    const before = names.query.length + names.body.length + says.size
    for (const part of ['query', 'body', 'headers'] as const)
      names[part] = [...new Set([...names[part], ...read[part]])]
    for (const { name, where, says: wanted } of answer.status >= 400 && answer.status < 500
      ? hintsIn(answer.body)
      : []) {
      if (where === 'path' || says.get(name) === wanted) continue
      says.set(name, wanted)
      const part = where ?? (writes(method) ? 'body' : 'query')
      if (!names[part].includes(name)) names[part].push(name)
    }
    const isNew = names.query.length + names.body.length + says.size > before
    // Every member that the app reads is sent before the request counts as successful, because a member may
    // decide the answer.
    if (isDone(answer) && !isNew)
      return { exchange: { ...exchange, response: responseOf(answer) }, names, answer }
    if (answer.status === 404 && !isNew) return null
  }
  return null
}

function exchangeOf(
  method: string,
  path: string,
  route: string,
  names: NamesRead,
  says: ReadonlyMap<string, string>,
  corpus: Corpus,
  attempt: number,
): Exchange {
  const filled = (part: readonly string[]): Fields =>
    withHints(
      {},
      part.map((name) => ({ name, where: null, says: says.get(name) ?? '' })),
      corpus,
      Math.max(0, attempt - 1),
    )
  const contentType = writes(method) ? contentTypeOf(corpus) : null
  return {
    method,
    // Search parameters are tried with values of their own.
    path: writes(method) ? pathWithFields(path, filled(names.query)) : path,
    route,
    request: { contentType, body: contentType && encoded(filled(names.body), contentType) },
    response: { status: 0, contentType: null, body: '' },
  }
}

/** Returns the path with these members in its query. */
export function pathWithFields(path: string, fields: Fields): string {
  const text = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)])
  if (!text.length) return path
  return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(text)}`
}

function ask(target: Target, as: World['owner'], asked: Asked, headers: Record<string, string>) {
  const { method, path, request } = asked
  return target.ask(method, path, {
    as: { ...as, address: nextAddress() },
    headers: { ...headers, ...(request.contentType && { 'content-type': request.contentType }) },
    body: request.body ?? undefined,
  })
}

const responseOf = ({ status, body }: Answer) => ({ status, contentType: null, body })
const writes = (method: string) => !/^(GET|HEAD|OPTIONS)$/.test(method)
