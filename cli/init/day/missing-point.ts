import { type SwallowedError, swallowedBehind } from '../../../reading/routes/swallowed.js'
import { DRIVE } from '../files/planned.js'
import type { TriedRoutes } from './try-routes.js'

/** What the user must do for a route that did no request, with the handler or the stream that sent no answer to one. */
export function missingPoint(
  { route, last }: TriedRoutes['missing'][number],
  swallowed: SwallowedError[],
  streams: SwallowedError[],
): string {
  const [method, path] = route.split(' ') as [string, string]
  const behind = (places: SwallowedError[]) =>
    /no answer$/.test(last) ? swallowedBehind(places, method, path) : undefined
  const place = behind(swallowed)
  if (place)
    return `${route}: this handler swallows its errors: ${place.at}. Let it answer one, res.status(500).end(), and add a request that it does to ${DRIVE} (${last})`
  const stream = behind(streams)
  if (stream)
    return `${route}: the stream at ${stream.at} sends nothing before its first event, and Node holds its headers back until then: call res.flushHeaders() behind them, and add the request to ${DRIVE}`
  return `${route}: no request was found that it does; add one to ${DRIVE} (${last})`
}
