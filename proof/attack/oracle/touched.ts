import type { Answer } from '../../gate/app/http.js'
import type { Statement } from '../../gate/gate.js'
import { idsIn } from '../../gate/traffic/ids-in-answers.js'
import { leaks } from '../fixture/canary.js'
import type { AttackedTable } from '../fixture/rows.js'
import { naming } from './open-rows.js'
import type { Secrets } from './revealed.js'

/**
 * What a request of somebody's own has reached: rows of theirs, owned tables without a row, or none of these
 * tables.
 */
export type Reach = 'rows' | 'no row' | 'no owned table'

/**
 * What the answer to somebody's own request and the statements behind it say about its reach.
 * @param statements null where the app's driver could not be watched: then the answer alone tells
 */
export function reachOf(
  answer: Answer,
  statements: readonly Statement[] | null,
  tables: readonly AttackedTable[],
  own: Secrets,
): Reach {
  const asked = naming(statements, tables)
  if (asked.some(({ rows }) => rows > 0)) return 'rows'
  if (leaks(answer, own.canaries).length || idsIn(answer.body).some((id) => own.keys.has(id))) return 'rows'
  return statements && !asked.length ? 'no owned table' : 'no row'
}

/** Everything that no other route answers: `/*`, `/{*rest}`. */
const CATCH_ALL = /^\/?\{?\/?\*\w*\}?$/

/**
 * Why there is nothing of anybody's behind an answer to the owner; undefined: there may be.
 * @param path of the route, as it is declared
 */
export function harmless(status: number, reach: Reach, path: string): string | undefined {
  // 405 and 501 are about the method, not about a row: every user gets them. So is the 404 of a catch-all route.
  const says = status < 400 || status === 405 || status === 501 || (status === 404 && CATCH_ALL.test(path))
  if (reach !== 'no owned table' || !says) return undefined
  return `the owner is answered ${status}, and no owned table is asked`
}
