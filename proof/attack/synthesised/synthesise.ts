import { isDone } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Route } from '../../gate/gate.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import type { CampaignStep } from '../campaign/step.js'
import { harmless } from '../oracle/touched.js'
import { bodiesFor, contentTypeOf, encoded, type Fields, withHints } from './bodies.js'
import type { Corpus } from './corpus.js'
import { type Hint, hintsIn } from './hints.js'
import { pathsFor } from './paths.js'

/** The maximum of requests made up for one route. */
const TRIES = 14

/** The result for a route that is not in the recording. */
export interface Synthesised {
  problems: Evidence[]
  attacks: number
  /** the request that succeeded for the owner, with its answer; null: none was found */
  proven: Exchange | null
  /** why an attack would prove nothing: another route answers, or the route queries no owned table */
  harmless?: string
  /** why nothing was proved */
  unproven?: string
}

/**
 * Makes up requests for a route until the owner is answered 2xx or 3xx and a row of the owner was touched.
 * Fields that a refusal names are filled in.
 *
 * @param routes all routes of the app
 * @param step sends one request as both users
 */
export async function synthesise(
  { method, path }: Route,
  routes: readonly Route[],
  corpus: Corpus,
  step: (exchange: Exchange) => Promise<CampaignStep>,
  isOver: () => boolean,
): Promise<Synthesised> {
  const route = `${method} ${path}`
  const verb = verbOf({ method, path }, routes)
  const tried: Synthesised = { problems: [], attacks: 0, proven: null }
  const paths = pathsFor(path, corpus)
  if (!paths.length) return { ...tried, unproven: 'no path could be made for it' }
  let tries = 0
  let last = ''
  for (const one of paths) {
    const bodies = writes(verb) ? bodiesFor(route, corpus) : [{}]
    const hints = new Map<string, Hint>()
    let asked: Fields | null = bodies.shift()!
    for (let attempt = 0; asked && tries < TRIES && !isOver(); attempt++) {
      tries++
      const exchange = exchangeOf(verb, one, route, asked, [...hints.values()], corpus, attempt)
      const found = await step(exchange)
      tried.problems.push(...found.problems)
      if (found.exercised) tried.attacks++
      if (found.problems.length && isOver()) return tried
      const { status, body } = found.control
      if (found.route !== null && declared(found.route) !== path)
        return { ...tried, harmless: `another route answers its path first: ${found.route}` }
      if (found.isPassedOn && hasOtherVerbs(path, routes))
        return { ...tried, harmless: 'it passes the request on to the other routes of its path' }
      const nothing = harmless(status, found.reach, path)
      if (nothing) return { ...tried, harmless: nothing }
      if (isDone(found.control) && found.reach === 'rows')
        return { ...tried, proven: { ...exchange, response: { status, contentType: null, body } } }
      last = `${verb} ${one}: ${status} ${body.slice(0, 120)}`
      const before = hints.size
      if (status >= 400 && status < 500) for (const hint of hintsIn(body)) hints.set(hint.name, hint)
      // A missing row stays missing with any body.
      if (status === 404 && hints.size === before) break
      const heard = hints.size > before || (hints.size > 0 && attempt < 6)
      asked = heard ? asked : (bodies.shift() ?? null)
    }
  }
  return {
    ...tried,
    unproven: `no request was found that the owner is answered 2xx or 3xx with a row of the owner (${tries} tried; last ${last})`,
  }
}

/**
 * Returns the verb with which a route is requested. For a route of every verb it is the first that no other
 * route of its path has.
 */
export function verbOf({ method, path }: Pick<Route, 'method' | 'path'>, routes: readonly Route[]): string {
  if (method !== 'ALL') return method
  const isTaken = (verb: string) => routes.some((other) => other.path === path && other.method === verb)
  return ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].find((verb) => !isTaken(verb)) ?? 'OPTIONS'
}

/** Requests for these pass through a route of every verb, and are attacked themselves. */
function hasOtherVerbs(path: string, routes: readonly Route[]): boolean {
  return routes.some((other) => other.path === path && other.method !== 'ALL')
}

function exchangeOf(
  method: string,
  path: string,
  route: string,
  fields: Fields,
  hints: readonly Hint[],
  corpus: Corpus,
  attempt: number,
): Exchange {
  const inQuery = hints.filter(({ where }) => where === 'query' || (where === null && !writes(method)))
  const inBody = hints.filter((hint) => hint.where !== 'path' && !inQuery.includes(hint))
  const query = new URLSearchParams(Object.entries(withHints({}, inQuery, corpus, attempt)).map(asText))
  const body = writes(method) || inBody.length ? withHints(fields, inBody, corpus, attempt) : null
  const contentType = body && contentTypeOf(corpus)
  return {
    method,
    path: query.size ? `${path}?${query}` : path,
    route,
    request: { contentType, body: body && encoded(body, contentType!) },
    response: { status: 0, contentType: null, body: '' },
  }
}

const asText = ([name, value]: [string, unknown]): [string, string] => [name, String(value)]
const writes = (method: string) => /^(POST|PUT|PATCH)$/.test(method)
const declared = (route: string) => route.slice(route.indexOf(' ') + 1)
