import type { Route } from '../../proof/gate/gate.js'
import { findDangerousRoutes } from '../../proof/inventory/hot-spots.js'
import type { InitGuess } from './guess.js'

/** The `routes` of the configuration that look like an operator's. */
export interface OperatorRoutes {
  debug: string[]
  /** with an exception for each that is called after a table */
  ops: string[]
  guesses: InitGuess[]
}

const DEBUG = /\/[_.~-]*(?:debug|env|exec|shell|test\w*)(?:\/|$)/i

/** Closes what looks like an operator's, except for the rows of the app: `/tasks` of one that keeps tasks. */
export function operatorRoutes(routes: readonly Route[], tables: readonly string[]): OperatorRoutes {
  const kept = calledAfter(tables, routes)
  const dangerous = findDangerousRoutes(
    routes.filter(({ path }) => !kept.some((one) => path === one || path.startsWith(`${one}/`))),
  )
  const paths = [...new Set(dangerous.map(({ what }) => what.slice(what.indexOf(' ') + 1)))]
  const debug = paths.filter((path) => DEBUG.test(path))
  return {
    debug,
    ops: [...paths.filter((path) => !debug.includes(path)), ...kept.map((path) => `!${path}`)],
    guesses: [
      ...kept.map(
        (path): InitGuess => ({
          about: 'open',
          says: `${path}, which is called after a table`,
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

/** The beginnings of paths that look like an operator's by a table's name alone. */
function calledAfter(tables: readonly string[], routes: readonly Route[]): string[] {
  const names = tables.map((name) => plain(name.slice(name.lastIndexOf('.') + 1)))
  const beginnings = findDangerousRoutes(routes).flatMap(({ what }) => {
    const segments = what.slice(what.indexOf(' ') + 1).split('/')
    const at = segments.findIndex((segment) => segment !== '' && names.includes(plain(segment)))
    const others = segments.filter((_, place) => place !== at).join('/')
    return at < 0 || looks(others) ? [] : [segments.slice(0, at + 1).join('/')]
  })
  // Beside `/tasks/metrics` it is the operator's tasks.
  return [...new Set(beginnings)].filter(
    (one) => !routes.some(({ path }) => path.startsWith(`${one}/`) && looks(path.slice(one.length))),
  )
}

const looks = (path: string) => findDangerousRoutes([{ method: 'GET', path, at: '' }]).length > 0
/** `/user-tasks` of a table `user_task`. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '').replace(/s$/, '')
