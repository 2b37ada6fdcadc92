import { isEventStream } from '../app/http.js'
import type { Exchange } from './exchange.js'

/** Whether a path was answered by a stream of events in the recorded day, whatever ids it holds now. */
export function recordedStreams(day: readonly Exchange[]): (method: string, path: string) => boolean {
  const paths = day
    .filter(({ method, response }) => method === 'GET' && isEventStream(typeOf(response.contentType)))
    .map(({ path }) => withoutIds(path))
  return (method, path) => method === 'GET' && paths.includes(withoutIds(path))
}

const typeOf = (contentType: string | null | undefined) => ({ 'content-type': contentType ?? '' })
const withoutIds = (path: string) =>
  path.split('?')[0]!.replace(/\/(?:\d+|[\da-f]{8}-[\da-f-]{27})(?=\/|$)/gi, '/:id')
