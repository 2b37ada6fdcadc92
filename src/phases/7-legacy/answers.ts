import type { Config, LegacyAnswer } from '../../config/config.js'
import { type Pattern, patternsOf } from '../../express/pattern.js'

/** A retired route of the app, as the app declares it, and its answer from now on. */
export interface Retired extends Pattern {
  answer: LegacyAnswer
}

/**
 * `config.routes.legacy` as a list.
 * @throws ConfigError for a key with wildcards: retired routes are listed one by one
 */
export function retiredRoutes(config: Pick<Config, 'routes' | 'spa'>): Retired[] {
  const answers = Object.values(config.routes.legacy)
  return patternsOf(config, 'routes.legacy').map((pattern, at) => ({ ...pattern, answer: answers[at]! }))
}

/** Returns the answer of a retired route, by its declared path and method; undefined if it is not retired. */
export function retiredAs(
  retired: readonly Retired[],
  { method, path }: { method: string; path: string },
): LegacyAnswer | undefined {
  return retired.find((one) => one.path === path && (one.method ?? method) === method)?.answer
}

/** 303 makes the browser request the new place with GET, also after a form was sent. */
export function redirectStatus(method: string): number {
  return method === 'GET' || method === 'HEAD' ? 302 : 303
}

/** Returns the status with which a retired route answers a logged-in user; null: the app's own answer, `protect`. */
export function retiredStatus(answer: LegacyAnswer, method: string): number | null {
  if (answer === 'protect') return null
  return typeof answer === 'object' ? redirectStatus(method) : answer
}
