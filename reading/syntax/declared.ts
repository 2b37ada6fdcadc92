import { type Segments, segmentsOf } from '../../src/express/path.js'

/** What may be a parameter, an option or a pattern where a route is declared. */
const OPEN = /[:(*?+{]/

/**
 * Whether a path, without a query, reads as one that Express was given as text: no matter the case or a slash
 * at the end, any parameter or pattern in a segment being one segment.
 * @param rest whether `*` matches the rest of the path; else it matches nothing, so that a route for every
 * path is not taken for this one
 */
export function isDeclaredAs(declared: string, path: string, { rest }: { rest: boolean }): boolean {
  const reads = (own: Segments, asked: Segments): boolean => {
    const [first, ...others] = own
    if (first === undefined) return asked.length === 0
    if (first.startsWith('*')) return rest && [...asked, ''].some((_, at) => reads(others, asked.slice(at)))
    const [one] = asked
    return !!one && (OPEN.test(first) || first === one) && reads(others, asked.slice(1))
  }
  const [before, ...asked] = path.toLowerCase().split('/')
  return before === '' && reads(segmentsOf(declared), asked.at(-1) === '' ? asked.slice(0, -1) : asked)
}
