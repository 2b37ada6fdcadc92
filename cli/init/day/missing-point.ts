import { type SwallowedError, swallowedBehind } from '../../../reading/routes/swallowed.js'
import { DRIVE } from '../files/planned.js'
import type { TriedRoutes } from './try-routes.js'

/** What the user must do for a route that did no request, with the handler that sent no answer to one. */
export function missingPoint(
  { route, last }: TriedRoutes['missing'][number],
  swallowed: SwallowedError[],
): string {
  const [method, path] = route.split(' ') as [string, string]
  const place = /no answer$/.test(last) ? swallowedBehind(swallowed, method, path) : undefined
  if (place)
    return `${route}: this handler swallows its errors: ${place.at}. Let it answer one, res.status(500).end(), and add a request that it does to ${DRIVE} (${last})`
  return `${route}: no request was found that it does; add one to ${DRIVE} (${last})`
}
