import type { Config, LegacyAnswer } from '../../config/config.js'
import { type Pattern, patternsOf } from '../../express/pattern.js'

/** A route of the app that is retired, as the app declares it, and how it answers from now on. */
export interface Retired extends Pattern {
  answer: LegacyAnswer
}

/**
 * `config.routes.legacy` as a list.
 * @throws ConfigError for a key with wildcards: what is retired is listed
 */
export function retiredRoutes(config: Pick<Config, 'routes' | 'spa'>): Retired[] {
  const answers = Object.values(config.routes.legacy)
  return patternsOf(config, 'routes.legacy').map((pattern, at) => ({ ...pattern, answer: answers[at]! }))
}

/** What a route of the app is retired with, if it is: by its declared path, and its method or every one. */
export function retiredAs(
  retired: readonly Retired[],
  { method, path }: { method: string; path: string },
): LegacyAnswer | undefined {
  return retired.find((one) => one.path === path && (one.method ?? method) === method)?.answer
}

/** 303 makes the browser ask for the new place with GET, also after a form was sent. */
export function redirectStatus(method: string): number {
  return method === 'GET' || method === 'HEAD' ? 302 : 303
}

/** The status a retired route answers somebody who is logged in; null: the app's own answer, `protect`. */
export function retiredStatus(answer: LegacyAnswer, method: string): number | null {
  if (answer === 'protect') return null
  return typeof answer === 'object' ? redirectStatus(method) : answer
}
