import type { Route } from '../../proof/gate/gate.js'
import { findCollections, findDangerousRoutes } from '../../proof/inventory/hot-spots.js'
import type { InitGuess } from './guess.js'

/** The `routes` of the configuration that look like an operator's. */
export interface OperatorRoutes {
  debug: string[]
  /** with an exception for each that is called after a table */
  ops: string[]
  guesses: InitGuess[]
}

const DEBUG = /\/[_.~-]*(?:debug|env|exec|shell|test\w*)(?:\/|$)/i

/**
 * Closes what looks like an operator's, except for the rows of the app: `/tasks` of one that keeps tasks, in a table of
 * that name or another.
 */
export function operatorRoutes(routes: readonly Route[], tables: readonly string[]): OperatorRoutes {
  const kept = rowsAmong(tables, routes)
  const dangerous = findDangerousRoutes(
    routes.filter(({ path }) => !kept.some((one) => path === one.path || path.startsWith(`${one.path}/`))),
  )
  const paths = [...new Set(dangerous.map(({ what }) => what.slice(what.indexOf(' ') + 1)))]
  const debug = paths.filter((path) => DEBUG.test(path))
  return {
    debug,
    ops: [...paths.filter((path) => !debug.includes(path)), ...kept.map(({ path }) => `!${path}`)],
    guesses: [
      ...kept.map(
        ({ path, why }): InitGuess => ({
          about: 'open',
          says: `${path}, ${why}`,
          sure: 'likely',
          at: routes.find((route) => route.path.startsWith(path))!.at,
        }),
      ),
      ...paths.map(
        (path): InitGuess => ({
          about: 'closed',
          says: path,
          sure: 'guess',
          at: dangerous.find(({ what }) => what.endsWith(path))!.at,
        }),
      ),
    ],
  }
}

/** The beginnings of paths that look like an operator's by the name of their rows alone, each with how that is known. */
function rowsAmong(tables: readonly string[], routes: readonly Route[]): { path: string; why: string }[] {
  const collections = findCollections(routes)
  const names = tables.map((name) => plain(name.slice(name.lastIndexOf('.') + 1)))
  const beginnings = findDangerousRoutes(routes).flatMap(({ what }) => {
    const segments = what.slice(what.indexOf(' ') + 1).split('/')
    const until = (place: number) => segments.slice(0, place + 1).join('/')
    const isOfTable = (segment: string) => names.includes(plain(segment))
    const at = segments.findIndex(
      (segment, place) => segment !== '' && (isOfTable(segment) || collections.includes(until(place))),
    )
    const others = segments.filter((_, place) => place !== at).join('/')
    if (at < 0 || looks(others)) return []
    const why = isOfTable(segments[at]!)
      ? 'which is called after a table'
      : 'a collection: it is read and changed, and each row has a path below it'
    return [{ path: until(at), why }]
  })
  const each = new Map(beginnings.map((one) => [one.path, one]))
  // Beside `/tasks/metrics` it is the operator's tasks.
  return [...each.values()].filter(
    (one) =>
      !routes.some(({ path }) => path.startsWith(`${one.path}/`) && looks(path.slice(one.path.length))),
  )
}

const looks = (path: string) => findDangerousRoutes([{ method: 'GET', path, at: '' }]).length > 0
/** `/user-tasks` of a table `user_task`. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '').replace(/s$/, '')
