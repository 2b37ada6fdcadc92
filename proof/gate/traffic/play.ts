import { isDeclaredAs } from '../../../reading/syntax/declared.js'
import type { Config } from '../../../src/config/config.js'
import { sentPath } from '../../../src/express/path.js'
import { ask } from '../app/http.js'
import type { Route } from '../gate.js'
import { HeldCredentials } from '../people/held-credentials.js'
import { Correlation } from './correlation.js'
import type { ProxiedRequest } from './recording-proxy.js'

/** Fields with which an answer names a row. */
const ID = /^(?:id|uuid|.+_id|.+Id)$/
const AN_ID = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27})$/i

/**
 * Sends requests that were recorded on another database, in order, as one browser. Rows that they create get
 * the ids they have here. If a row does not exist here, another row of the same list takes its place.
 *
 * @param routes the routes of the app, which show what in a path is an id
 */
export async function playAgain(
  url: string,
  requests: readonly ProxiedRequest[],
  routes: readonly Route[],
  { auth }: Pick<Config, 'auth'>,
): Promise<void> {
  const rows = new Correlation()
  const login = new HeldCredentials(auth)
  const seen = new Map<string, string[]>()
  for (const one of requests) {
    const { method, path, headers, body } = one
    const asked = rows.request({
      method,
      path,
      route: playedRoute(method, path, routes),
      request: { contentType: headers['content-type'] ?? null, body: body || null },
    })
    const here = standIn(asked.path, seen)
    const { cookie: _, ...others } = headers
    const held = Object.entries(login.headers).filter(([name]) => name in headers)
    const answer = await ask(url, method, here, {
      headers: { ...others, ...Object.fromEntries(held) },
      body: asked.request.body ?? undefined,
    })
    login.take(here, answer)
    if (here === asked.path) rows.learn(one.answer.body, answer.body)
    note(here, answer.json, seen)
  }
}

/** Records the ids in an answer, by the path of their list. */
function note(path: string, answer: unknown, seen: Map<string, string[]>): void {
  const list = listOf(path)
  const known = seen.get(list) ?? []
  const rows = Array.isArray(answer) ? answer : [answer, ...Object.values(answer ?? {}).flat()]
  for (const row of rows)
    for (const [name, value] of Object.entries(row !== null && typeof row === 'object' ? row : {}))
      if (ID.test(name) && AN_ID.test(String(value)) && !known.includes(String(value))) {
        known.push(String(value))
        break
      }
  if (known.length) seen.set(list, known)
}

/** Returns a path whose ids exist in their lists, with a known id in place of an unknown one. */
function standIn(path: string, seen: ReadonlyMap<string, string[]>): string {
  const [plain = '', ...query] = path.split('?')
  const parts = plain.split('/')
  for (const [at, part] of parts.entries()) {
    const known = AN_ID.test(part) ? seen.get(parts.slice(0, at).join('/')) : undefined
    if (known?.length && !known.includes(part)) parts[at] = known.at(-1)!
  }
  return [parts.join('/'), ...query].join('?')
}

/** Returns the list of a path: `/notes` for `/notes/7` and `/notes/`. */
function listOf(path: string): string {
  const parts = path.split('?')[0]!.replace(/\/$/, '').split('/')
  if (AN_ID.test(parts.at(-1) ?? '')) parts.pop()
  return parts.join('/')
}

/** Returns the declared route that a request reaches; null if none matches. */
export function playedRoute(method: string, path: string, routes: readonly Route[]): string | null {
  const verb = method === 'HEAD' ? 'GET' : method
  const fits = (one: Route) =>
    [verb, 'ALL'].includes(one.method) && isDeclaredAs(one.path, sentPath(path), { rest: true })
  const fitting = routes.filter(fits)
  const route = fitting.find((one) => !one.path.includes(':')) ?? fitting[0]
  return route ? `${route.method} ${route.path}` : null
}
