import type { z } from 'zod'

/** A problem as zod passes it to an error map, with the given value. */
type Raw = z.core.$ZodRawIssue

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object, { … }',
  record: 'an object, { … }',
}
const LONGEST = 60

/** Words a problem plainly: what is expected, and what was given. For `safeParse`; a rule with its own message keeps it. */
export function plainIssue(issue: Raw): string | undefined {
  const expected = expectedBy(issue)
  if (expected === null) return undefined
  return issue.input === undefined
    ? `missing; expected ${expected}`
    : `expected ${expected}, got ${shownValue(issue.input)}`
}

/** The given value, shortened for a line; for an object only its type. */
export function shownValue(given: unknown): string {
  if (typeof given === 'string')
    return given.length > LONGEST ? `${JSON.stringify(given.slice(0, LONGEST))}…` : JSON.stringify(given)
  if (typeof given === 'function') return 'a function'
  if (Array.isArray(given)) return given.length ? 'a list' : 'an empty list'
  if (given instanceof Date) return 'a Date'
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}

function expectedBy(issue: Raw | z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected
    case 'invalid_value':
      return oneOf(issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))))
    case 'too_small':
      return sizeOf(issue.origin, 'at least', Number(issue.minimum))
    case 'too_big':
      return sizeOf(issue.origin, 'at most', Number(issue.maximum))
    case 'invalid_format':
      return formatOf(issue)
    case 'invalid_union':
      return unionOf(issue.errors)
    default:
      return null
  }
}

/** `'a', 'b' or 'c'` */
function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function sizeOf(origin: string, limit: string, size: number): string {
  if (origin === 'string')
    return size === 1 && limit === 'at least' ? 'text that is not empty' : `${limit} ${size} characters`
  if (origin === 'array')
    return size === 1 && limit === 'at least' ? 'a list that is not empty' : `a list of ${limit} ${size}`
  return `a number, ${limit} ${size}`
}

function formatOf(issue: Raw | z.core.$ZodIssue): string | null {
  const { format, prefix } = issue as { format?: string; prefix?: string }
  if (format === 'starts_with') return `text that starts with ${JSON.stringify(prefix)}`
  return format === 'date' ? 'a date, e.g. 2026-01-31' : null
}

/** What each alternative accepts, for problems with the value itself. */
function unionOf(errors: readonly (readonly z.core.$ZodIssue[])[]): string | null {
  const each = errors.flatMap((issues) => {
    const [first] = issues
    const expected = first && (first.path.length > 0 ? KINDS.object! : expectedBy(first))
    return expected ? [expected] : []
  })
  return each.length ? oneOf([...new Set(each)]) : null
}

/** The same for a variable, whose line already shows the given value. */
export function plainVariable(issue: Raw): string | undefined {
  return plainIssue(issue)?.replace(/, got .*$/s, '')
}
