import { type Segments, segmentsOf } from '../../src/express/path.js'

/** Characters that may start a parameter, an optional part or a pattern in a declared path. */
const OPEN = /[:(*?+{]/

/**
 * Returns whether a path, without its query string, matches a declared Express path. Case and a trailing
 * slash do not matter. A segment with a parameter or pattern matches any one segment.
 * @param rest whether `*` matches the rest of the path; otherwise it matches nothing, so that a catch-all
 * route is not mistaken for this one
 */
export function isDeclaredAs(declared: string, path: string, { rest }: { rest: boolean }): boolean {
  const reads = (own: Segments, given: Segments): boolean => {
    const [first, ...others] = own
    if (first === undefined) return given.length === 0
    if (first.startsWith('*')) return rest && [...given, ''].some((_, at) => reads(others, given.slice(at)))
    const [one] = given
    return !!one && (OPEN.test(first) || first === one) && reads(others, given.slice(1))
  }
  const [before, ...given] = path.toLowerCase().split('/')
  return before === '' && reads(segmentsOf(declared), given.at(-1) === '' ? given.slice(0, -1) : given)
}
