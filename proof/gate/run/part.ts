import type { Evidence } from '../check.js'
import type { Result } from './verdict.js'

/** Parts that differ in every run: random ids, ports, times. */
const NEW_EACH_RUN: [RegExp, string][] = [
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '<hex>'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, '$1:<port>'],
  [/\b\d+(?:\.\d+)? (m?s)\b/g, '<time> $1'],
]

/**
 * Returns the name with which a waiver covers this finding alone: the check's own, else its text and place.
 * Null for a finding that only says that the check did not finish.
 */
export function partOf(
  verdict: Result['verdict'],
  { what, part, route, table, column }: Evidence,
): string | null {
  if (part !== undefined || verdict === 'unknown') return part ?? null
  const place = [table, column].filter(Boolean).join('.')
  const said = [what.split('\n')[0], route && `[${route}]`, place && `(${place})`].filter(Boolean).join(' ')
  return NEW_EACH_RUN.reduce((text, [pattern, name]) => text.replace(pattern, name), said)
}
