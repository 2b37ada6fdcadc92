import type { Config } from '../../core/config.js'
import { ConfigError } from '../../core/config-error.js'

/** Who may reach a route: `open` is as the app has it. */
export type RouteClass = 'debug' | 'ops' | 'open'

type GatedRoutes = Pick<Config['routes'], 'debug' | 'ops'>

interface Rule {
  class: RouteClass
  method: string | null
  segments: string[]
  /** an exception (`!…`): what it names is open although a shorter pattern is not */
  exception: boolean
}

export interface Classifier {
  /**
   * The class of a declared or requested path; the longest pattern decides, an exception wins a tie.
   * @param exceptions whether they count; default true
   */
  classify(method: string, path: string, exceptions?: boolean): RouteClass
  /** Whether an exception is what decides about `path`. */
  isException(method: string, path: string): boolean
  /** Whether an exception names something below `path`, so that a mount there must be passed to reach it. */
  hasExceptionBelow(path: string): boolean
}

function segmentsOf(path: string): string[] {
  return path.toLowerCase().split('/').filter(Boolean)
}

function parse(pattern: string, of: RouteClass): Rule {
  const [, not, method, path] = /^(!)?(?:([A-Z]+) )?(\/.*)$/.exec(pattern) ?? []
  if (path === undefined || /[*(){}?#]/.test(path))
    throw new ConfigError('usertwo.config', [
      `routes.${of}: "${pattern}" is a path prefix without wildcards, e.g. "/debug", "GET /api/admin" or "!/api/admin/settings"`,
    ])
  return { class: not ? 'open' : of, method: method ?? null, segments: segmentsOf(path), exception: !!not }
}

/** Whether `rule` names `segments` or something above them; a parameter of the pattern stands for any segment. */
function covers(rule: Rule, segments: string[]): boolean {
  return (
    rule.segments.length <= segments.length &&
    rule.segments.every((one, i) => one === segments[i] || one.startsWith(':'))
  )
}

function speaksOf(rule: Rule, method: string): boolean {
  return rule.method === null || rule.method === method || (rule.method === 'GET' && method === 'HEAD')
}

/**
 * Makes the decision about debug and ops routes from their patterns.
 * @throws ConfigError for a pattern with wildcards
 */
export function classifier(routes: GatedRoutes): Classifier {
  const rules = [
    ...routes.debug.map((pattern) => parse(pattern, 'debug')),
    ...routes.ops.map((pattern) => parse(pattern, 'ops')),
  ].sort((a, b) => b.segments.length - a.segments.length || Number(b.exception) - Number(a.exception))
  const deciding = (method: string, path: string, exceptions: boolean) => {
    const segments = segmentsOf(path)
    return rules.find(
      (rule) => (exceptions || !rule.exception) && speaksOf(rule, method) && covers(rule, segments),
    )
  }
  return {
    classify: (method, path, exceptions = true) => deciding(method, path, exceptions)?.class ?? 'open',
    isException: (method, path) => deciding(method, path, true)?.exception ?? false,
    hasExceptionBelow(path) {
      const segments = segmentsOf(path)
      return rules.some(
        (rule) =>
          rule.exception &&
          rule.segments.length > segments.length &&
          segments.every((one, i) => one === rule.segments[i] || one.startsWith(':')),
      )
    },
  }
}

/** Whether a route is a debug or an ops route, or open, by the patterns of the configuration. */
export function classify(routes: GatedRoutes, method: string, path: string): RouteClass {
  return classifier(routes).classify(method, path)
}

/**
 * A request's path as the most generous router could read it: absolute form, encodings (also double), backslashes,
 * slashes, dot segments, case. What such a reading finds gated is gated.
 */
export function generousPath(url: string): string {
  let path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!
  for (let i = 0; i < 3 && path.includes('%'); i++)
    try {
      path = decodeURIComponent(path)
    } catch {
      break
    }
  const kept: string[] = []
  for (const segment of path.replaceAll('\\', '/').split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment.toLowerCase())
  }
  return `/${kept.join('/')}`
}

/** Whether every router reads a path the same way, so that it may be believed to be an exception. */
export function isPlainPath(url: string): boolean {
  return (
    /^\/(?!\/)[^%\\]*$/.test(url.split('?', 1)[0]!) && !/\/\/|\/\.{1,2}(?:\/|$)/.test(url.split('?', 1)[0]!)
  )
}
