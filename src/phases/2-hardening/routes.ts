import type { Config } from '../../config/config.js'
import { type PathRead, type Segments, segmentsOf } from '../../express/path.js'
import { covers, type Pattern, patternsOf, speaksOf } from '../../express/pattern.js'

/** Who may reach a route: `open` is as the app declares it. */
export type RouteClass = 'debug' | 'ops' | 'open'

interface Rule extends Pattern {
  class: RouteClass
}

export interface Classifier {
  /** The class of a declared path; the longest pattern decides, an exception wins a tie. */
  classify(method: string, path: string): RouteClass
  /**
   * The class of a path as sent: it is gated if any reading of it is.
   * @param exceptions whether they count; default: for a path that can be read in one way only
   */
  classOf(method: string, path: PathRead, exceptions?: boolean): RouteClass
  /** Whether an exception decides about a path. */
  isException(method: string, path: PathRead): boolean
  /** Whether an exception names something below a path, so that a mount there must be passed to reach it. */
  hasExceptionBelow(path: PathRead): boolean
}

/**
 * Makes the decisions about debug and ops routes from their patterns.
 * @throws ConfigError for a pattern with wildcards
 */
export function classifier(config: Pick<Config, 'routes' | 'spa'>): Classifier {
  const rules = (['debug', 'ops'] as const)
    .flatMap((of) =>
      patternsOf(config, `routes.${of}`).map((pattern): Rule => {
        const { exception: not } = pattern
        return { ...pattern, class: not ? 'open' : of }
      }),
    )
    .sort((a, b) => b.segments.length - a.segments.length || Number(b.exception) - Number(a.exception))
  const deciding = (method: string, segments: Segments, exceptions: boolean) =>
    rules.find(
      (rule) => (exceptions || !rule.exception) && speaksOf(rule, method) && covers(rule.segments, segments),
    )
  const classIn = (method: string, ways: readonly Segments[], exceptions: boolean): RouteClass => {
    for (const way of ways) {
      const rule = deciding(method, way, exceptions)
      if (rule && rule.class !== 'open') return rule.class
    }
    return 'open'
  }
  return {
    classify: (method, path) => classIn(method, [segmentsOf(path)], true),
    classOf: (method, { ways, plain }, exceptions = plain) => classIn(method, ways, exceptions),
    isException: (method, { ways, plain }) => plain && !!deciding(method, ways[0]!, true)?.exception,
    hasExceptionBelow: ({ ways, plain }) =>
      plain &&
      rules.some(
        ({ exception, segments }) =>
          exception &&
          segments.length > ways[0]!.length &&
          covers(segments.slice(0, ways[0]!.length), ways[0]!),
      ),
  }
}
