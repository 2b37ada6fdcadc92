import type { Answer } from '../app/http.js'
import type { Target, Visitor } from '../gate.js'
import { CLOCK_HEADER, PASSED_ON_HEADER, ROUTE_HEADER } from '../preload/orders.js'
import type { Exchange } from './exchange.js'

export interface Sent {
  answer: Answer
  route: string | null
  /** the route called `next()`, and no other route answered after it */
  isPassedOn: boolean
}

/**
 * Sends a request of the baseline, at a fixed moment of the app's clock.
 *
 * @param headers values of `app.headers`, for those it was recorded with
 */
export async function send(
  target: Pick<Target, 'ask'>,
  { method, path, request }: Pick<Exchange, 'method' | 'path' | 'request'>,
  clock: number,
  as?: Visitor,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const answer = await target.ask(method, path, {
    as,
    without: Object.keys(headers),
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).filter(
          ([name]) => request.headers?.includes(name) && !(name in (as?.headers ?? {})),
        ),
      ),
      accept: '*/*',
      [CLOCK_HEADER]: String(clock),
      ...(request.contentType && { 'content-type': request.contentType }),
    },
    body: request.body ?? undefined,
  })
  const { [ROUTE_HEADER]: route, [PASSED_ON_HEADER]: passedOn } = answer.headers
  return { answer, route: typeof route === 'string' ? route : null, isPassedOn: passedOn !== undefined }
}

/**
 * Returns the parts of an answer that the baseline stores.
 *
 * @param url the URL of the app, which it may put into its answers: the port differs at each start
 */
export function kept({ status, headers, body }: Answer, url?: string): Exchange['response'] {
  const type = headers['content-type']
  return {
    status,
    contentType: typeof type === 'string' ? type : null,
    body: url ? anywhere(body, url) : body,
  }
}

/** Returns where an answer redirects, if only its `Location` header says so. */
export function locationOf(
  { headers: { location }, body }: Pick<Answer, 'headers' | 'body'>,
  url?: string,
): string | undefined {
  if (typeof location !== 'string' || body.includes(location)) return undefined
  return url ? anywhere(location, url) : location
}

function anywhere(body: string, url: string): string {
  const { port } = new URL(url)
  return body.replace(new RegExp(`\\b(127\\.0\\.0\\.1|localhost):${port}\\b`, 'g'), 'app.invalid')
}
