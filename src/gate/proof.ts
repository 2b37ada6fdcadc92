import type { Evidence, Mutation } from './check.js'
import { NOT_SERVED } from './target.js'
import type { Result } from './verdict.js'

const UNFIT = /the mutation does not fit/

/** All that a piece of evidence says, as one text. */
function words({ what, part, route, table, column, expected, got, leaked, at, curl }: Evidence): string {
  return [what, part, route, table, column, expected, got, leaked, at, curl].filter(Boolean).join('\n')
}

/**
 * Why a red check does not prove that it sees this mutation: it may be red because the defect no longer fits the code,
 * or because the mutant did not start at all.
 */
export function unprovedBy(
  { names = '', refuses = false }: Mutation,
  { evidence }: Pick<Result, 'evidence'>,
): string | undefined {
  const all = evidence.map(words)
  const unfit = all.find((text) => UNFIT.test(text))
  if (unfit) return `it is red, but ${unfit.slice(unfit.search(UNFIT)).split('\n')[0]}`
  const told = refuses ? all : all.filter((text) => !NOT_SERVED.test(text))
  if (told.length === 0) return 'it is red only because the app did not start'
  if (told.some((text) => (names instanceof RegExp ? names.test(text) : text.includes(names)))) return
  return `it is red for another reason: no evidence names ${names}`
}
