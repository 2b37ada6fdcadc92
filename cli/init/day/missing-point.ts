import { type SwallowedError, swallowedBehind } from '../../../reading/routes/swallowed.js'
import { DRIVE } from '../files/planned.js'
import type { TriedRoutes } from './try-routes.js'

/** From how many routes with the same answer on it is said once, with its cause. */
const MANY = 3
/** The routes that such a line names. */
const NAMED = 2

/** What the user must do for the routes that did no request; once for those that all answered the same. */
export function missingPoints(
  missing: TriedRoutes['missing'],
  swallowed: SwallowedError[],
  streams: SwallowedError[],
): string[] {
  const alike = new Map<string | null, TriedRoutes['missing']>()
  for (const one of missing) alike.set(answerOf(one.last), [...(alike.get(answerOf(one.last)) ?? []), one])
  return [...alike].flatMap(([answer, routes]) =>
    answer !== null && routes.length >= MANY
      ? [pointOfAll(answer, routes)]
      : routes.map((one) => missingPoint(one, swallowed, streams)),
  )
}

/** The answer to a last request, without what differs by route; null: there was none. */
function answerOf(last: string): string | null {
  const [, status, body] = /^\S+ \S+: ([1-9]\d\d) ?(.*)$/s.exec(last) ?? []
  if (!status) return null
  return isRefusal(status) ? status : `${status} ${body}`.trim()
}

const isRefusal = (status: string) => status === '401' || status === '403'

function pointOfAll(answer: string, routes: TriedRoutes['missing']): string {
  const named = routes.slice(0, NAMED).map(({ route }) => route)
  const more = routes.length - named.length
  const which = `${routes.length} routes answered ${answer} to each request that was tried (${named.join(', ')}${more ? ` and ${more} more` : ''}`
  return isRefusal(answer)
    ? `${which}; ${routes[0]!.last}): a login or a key of the app’s own refuses them all. Let usertwo keep that login (docs/how-to/keep-the-apps-own-login.md), or write its key into app.headers`
    : `${which}): find out why, or add requests that they do to ${DRIVE}`
}

/** What the user must do for a route that did no request, with the handler or the stream that sent no answer to one. */
function missingPoint(
  { route, last }: TriedRoutes['missing'][number],
  swallowed: SwallowedError[],
  streams: SwallowedError[],
): string {
  const [method, path] = route.split(' ') as [string, string]
  if (path.endsWith('/.websocket')) {
    const socket = path.slice(0, path.lastIndexOf('/')) || '/'
    return `${socket}: a WebSocket, which no request opens; give the gate messages that it answers: sockets: { '${socket}': ['…'] } in app`
  }
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
