import type { Config } from '../config/config.js'
import { ConfigError } from '../core/config-error.js'
import { type PathRead, type Segments, segmentsOf } from './path.js'

/** `[!][METHOD ]/path`, where a segment with a colon (`:id`) is any one segment. */
export interface Pattern {
  /** `!`: excludes what it names from a larger pattern */
  exception: boolean
  /** null: all methods */
  method: string | null
  /** as written */
  path: string
  segments: Segments
}

/** What one option allows of the grammar, with examples. */
interface Grammar {
  patterns(config: Paths): readonly string[]
  exceptions?: true
  methods?: false
  parameters?: false
  such: string
}

type Paths = Pick<Config, 'routes' | 'spa'> & { auth?: Pick<Config['auth'], 'stepUp'> }

const GRAMMARS = {
  'routes.public': {
    patterns: ({ routes }) => routes.public,
    parameters: false,
    such: 'one plain path; list each, e.g. "GET /health"',
  },
  'routes.links': {
    patterns: ({ routes }) => Object.keys(routes.links ?? {}).map((text) => text.split('?', 1)[0]!),
    such: 'a path with one :token, e.g. "GET /feeds/:token.ics"',
  },
  'routes.hooks': {
    patterns: ({ routes }) => Object.keys(routes.hooks ?? {}),
    parameters: false,
    such: 'a method and one plain path, e.g. "POST /webhooks/payments"',
  },
  'routes.debug': {
    patterns: ({ routes }) => routes.debug,
    exceptions: true,
    such: 'a path without wildcards, e.g. "/debug" or "!/debug/version"; it holds for everything below as well',
  },
  'routes.ops': {
    patterns: ({ routes }) => routes.ops,
    exceptions: true,
    such: 'a path without wildcards, e.g. "GET /api/admin" or "!/api/admin/settings"; it holds for everything below as well',
  },
  'routes.require': {
    patterns: ({ routes }) => Object.keys(routes.require ?? {}),
    such: 'a path without wildcards, e.g. "DELETE /articles" or "/reports/:year"; it holds for everything below as well',
  },
  'auth.stepUp': {
    patterns: ({ auth }) => Object.keys(auth?.stepUp ?? {}),
    such: 'a path without wildcards, e.g. "POST /transfers" or "/reports/:year"; it holds for everything below as well',
  },
  'routes.legacy': {
    patterns: ({ routes }) => Object.keys(routes.legacy),
    such: 'one declared route, e.g. "GET /api/old/:id"',
  },
  'spa.routes': {
    patterns: ({ spa }) => (spa ? [spa.index, ...spa.routes] : []),
    methods: false,
    such: 'the path of one page, e.g. "/queue" or "/sessions/:id"',
  },
} satisfies Record<string, Grammar>

const PATTERN = /^(!)?(?:([A-Z]+) )?(\/\S*)$/
/** Wildcards, and text that two readers may read as two paths. */
const NOT_PLAIN = /[*?#%{}()\\]|\/\/|\/\.{1,2}(?:\/|$)/

/**
 * Returns the patterns that the configuration has under an option; for `spa.routes` preceded by the index.
 * @throws ConfigError with every invalid pattern
 */
export function patternsOf(config: Paths, option: keyof typeof GRAMMARS): Pattern[] {
  const grammar: Grammar = GRAMMARS[option]
  const wrong: string[] = []
  const patterns = grammar.patterns(config).flatMap((text) => {
    const read = readPattern(text)
    if (read && allows(grammar, read)) return [read]
    wrong.push(`${option}: "${text}" is not ${grammar.such}`)
    return []
  })
  if (wrong.length > 0) throw new ConfigError('usertwo.config', wrong)
  return patterns
}

/** Returns a pattern, or null if the text is not one. */
export function readPattern(text: string): Pattern | null {
  const [, not, method, path] = PATTERN.exec(text) ?? []
  if (path === undefined || NOT_PLAIN.test(path)) return null
  return { exception: !!not, method: method ?? null, path, segments: segmentsOf(path) }
}

function allows({ exceptions, methods, parameters }: Grammar, pattern: Pattern): boolean {
  if (pattern.exception && !exceptions) return false
  if (pattern.method !== null && methods === false) return false
  return parameters !== false || !pattern.segments.some(isParameter)
}

/** Returns whether a pattern applies to a method; one for GET applies to HEAD too. */
export function speaksOf(pattern: Pick<Pattern, 'method'>, method: string): boolean {
  return (
    pattern.method === null || pattern.method === method || (pattern.method === 'GET' && method === 'HEAD')
  )
}

/** Returns whether a pattern matches the path. */
export function fits(pattern: Segments, path: Segments): boolean {
  return pattern.length === path.length && covers(pattern, path)
}

/** Returns whether a pattern matches the path or a parent of it. */
export function covers(pattern: Segments, path: Segments): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((one, at) => one === path[at] || (isParameter(one) && path[at] !== ''))
  )
}

/** Returns the patterns that apply to a method and a path, or to a parent of it, in any way that the path can be read. */
export const patternsAt = <One extends Pattern>(
  patterns: readonly One[],
  method: string,
  { ways }: PathRead,
): One[] => patterns.filter((one) => speaksOf(one, method) && ways.some((way) => covers(one.segments, way)))

export function isParameter(segment: string): boolean {
  return segment.includes(':')
}
