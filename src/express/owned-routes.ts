import { type Config, readableIn } from '../config/config.js'
import { ConfigError } from '../core/config-error.js'
import { segmentsOf } from './path.js'
import { fits, isParameter, type Pattern, readPattern, speaksOf } from './pattern.js'

/** A route that acts on one row of a table that all users read and only the row's owner writes. */
interface OwnedRoute extends Pattern {
  table: string
}

/**
 * Reads `routes.owned`.
 * @throws ConfigError with every invalid entry
 */
export function ownedRoutes(config: Pick<Config, 'routes' | 'tables'>): OwnedRoute[] {
  const readable = readableIn(config)
  const wrong: string[] = []
  const routes = Object.entries(config.routes.owned ?? {}).flatMap(([text, table]): OwnedRoute[] => {
    const read = readPattern(text)
    if (!read || read.exception || !read.segments.some(isParameter))
      wrong.push(
        `routes.owned: "${text}" is not one declared route with the row's key in it, e.g. "POST /entries/:id"`,
      )
    else if (!readable.includes(table))
      wrong.push(
        `routes.owned: ${table} is not a table with access: 'readable', the only kind whose rows other users see (${readable.join(', ') || 'this app has none'})`,
      )
    else return [{ ...read, table }]
    return []
  })
  if (wrong.length > 0) throw new ConfigError('usertwo.config', wrong)
  return routes
}

/** Returns the edit pages. A route without a method may also be read; only the database guards its changes. */
export const ownedPageRoutes = (config: Pick<Config, 'routes' | 'tables'>): OwnedRoute[] =>
  ownedRoutes(config).filter(({ method }) => method === 'GET')

/** Returns the row that a request would act on: the table, and the last parameter of the path; null if no route matches. */
export function rowOf(routes: readonly OwnedRoute[], request: string): { table: string; key: string } | null {
  const [method, path] = request.split(' ', 2)
  if (!method || !path?.startsWith('/')) return null
  const segments = segmentsOf(path)
  const route = routes.find((one) => speaksOf(one, method) && fits(one.segments, segments))
  if (!route) return null
  const key = path.split('/').filter(Boolean)[route.segments.findLastIndex(isParameter)]!
  try {
    return { table: route.table, key: decodeURIComponent(key) }
  } catch {
    return null
  }
}
