import { html } from '../../../core/html.js'
import type { Take } from './clean-body.js'

/** As an app writes a query into HTML. */
const escaped = (query: string) => html`${query}`.text
/** As JSON has it. */
const quoted = (query: string) => JSON.stringify(query).slice(1, -1)

/**
 * Returns an error answer without the query of its own request, which a handler of missing pages repeats with
 * `Can't find ${req.originalUrl}`, and which may hold a token.
 *
 * @param target the path and query of the request, as they were sent
 */
export function withoutSentQuery(text: string, target: string, take: Take): string {
  const at = target.indexOf('?')
  const query = at < 0 ? '' : target.slice(at)
  // `?a` may be a sentence and a word.
  if (!query.includes('=')) return text
  let clean = text
  for (const form of new Set([query, decoded(query)].flatMap((one) => [one, quoted(one), escaped(one)])))
    clean = clean.replaceAll(form, '')
  if (clean !== text) take('query', query, true)
  return clean
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query)
  } catch {
    return query
  }
}
