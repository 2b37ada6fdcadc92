import type { Evidence } from './check.js'

/** Keeps one problem of each name. */
export function distinctBy(problems: readonly Evidence[], name: (one: Evidence) => string): Evidence[] {
  return [...new Map(problems.map((one) => [name(one), one])).values()]
}

/** Keeps one problem of each route and fact: a check finds it in several orders and ways. */
export const ofEachRoute = (problems: readonly Evidence[]): Evidence[] =>
  distinctBy(problems, ({ route, what }) => `${route} ${what}`)
