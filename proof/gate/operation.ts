import type { Exchange } from './traffic/exchange.js'

/** The first field of a GraphQL document without a name. */
const FIRST_FIELD = /\{\s*(\w+)/
const NAMED = /\b(?:query|mutation|subscription)\s+(\w+)/

/**
 * Returns the route of a request with the operation that it asks for, since one address may take many: the member
 * `method` of JSON-RPC, the operation of GraphQL, the rest of the path below a mounted handler. Null: no route.
 *
 * @example operationOf({ route: 'ALL /rpc', … }) // 'ALL /rpc notes.rename'
 */
export function operationOf({
  route,
  path,
  request,
}: Pick<Exchange, 'route' | 'path' | 'request'>): string | null {
  if (route === null) return null
  const name = nameIn(request.body) ?? below(route, path)
  return name ? `${route} ${name}` : route
}

function nameIn(body: string | null): string | null {
  if (!body?.startsWith('{')) return null
  try {
    const { jsonrpc, method, query, operationName } = JSON.parse(body) as Record<string, unknown>
    if (jsonrpc !== undefined && typeof method === 'string') return method
    if (typeof operationName === 'string') return operationName
    if (typeof query !== 'string') return null
    return NAMED.exec(query)?.[1] ?? FIRST_FIELD.exec(query)?.[1] ?? null
  } catch {
    return null
  }
}

function below(route: string, path: string): string | null {
  const [method, declared = ''] = route.split(' ')
  const plain = path.split('?')[0]!
  const isBelow = method === 'ALL' && !/[:*]/.test(declared) && plain.startsWith(`${declared}/`)
  return isBelow ? plain.slice(declared.length) : null
}
