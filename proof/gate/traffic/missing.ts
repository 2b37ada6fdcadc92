import type { Route } from '../gate.js'
import type { Exchange } from './exchange.js'

const PARAMETER = /:[\w]+(?:\([^)]*\))?\??/g

/**
 * Lists the routes that are not in the recording, each with a request that would reach it. Its parameters are
 * ids that the recording has in that place, else placeholders.
 *
 * @param fieldsOf returns the names that the handlers of a route read from a body
 */
export function missingRoutes(
  routes: readonly Route[],
  exchanges: readonly Exchange[],
  fieldsOf: (route: Route) => string[],
): string[] {
  const reached = new Set(exchanges.map(({ route }) => route))
  const missing = routes.filter(
    (route) => !reached.has(`${route.method} ${route.path}`) && !/[*\\^|]/.test(route.path),
  )
  if (missing.length === 0) return []
  return [
    'not recorded; a request that would reach it:',
    ...missing.map((route) => `  ${asked(route, exchanges, fieldsOf)}`),
  ]
}

function asked(route: Route, exchanges: readonly Exchange[], fieldsOf: (route: Route) => string[]): string {
  const method = route.method === 'ALL' ? 'POST' : route.method
  const path = route.path.replace(
    PARAMETER,
    (name, at: number) => idAt(route.path.slice(0, at), exchanges) ?? name,
  )
  const fields = /^(?:POST|PUT|PATCH)$/.test(method) ? fieldsOf(route) : []
  const body = Object.fromEntries(fields.map((name) => [name, '…']))
  return `${method} ${path}${fields.length ? ` ${JSON.stringify(body)}` : ''}  (${route.at})`
}

/** Returns an id that an answer has shown, or a path had, after this beginning of a path. */
function idAt(before: string, exchanges: readonly Exchange[]): string | undefined {
  const list = before.replace(/\/$/, '')
  for (const { path, response } of exchanges) {
    const plain = path.split('?')[0]!
    if (response.status >= 400) continue
    if (plain.startsWith(`${list}/`)) {
      const [next] = plain.slice(list.length + 1).split('/')
      if (next && /\d/.test(next)) return next
    }
    if (plain.replace(/\/$/, '') !== list) continue
    const found = /"id":\s*"?([\w-]+)/.exec(response.body)?.[1]
    if (found) return found
  }
  return undefined
}
