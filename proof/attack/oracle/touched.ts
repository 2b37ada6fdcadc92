import type { Answer } from '../../gate/app/http.js'
import type { Statement } from '../../gate/gate.js'
import { idsIn } from '../../gate/traffic/ids-in-answers.js'
import { leaks } from '../fixture/canary.js'
import type { AttackedTable } from '../fixture/rows.js'
import { naming } from './open-rows.js'
import type { Secrets } from './revealed.js'

/**
 * What a user's own request has reached: rows of that user, owned tables without a row, or no owned table.
 */
export type Reach = 'rows' | 'no row' | 'no owned table'

/**
 * Returns the reach of a user's own request, from its answer and its statements.
 *
 * @param statements null if the app's driver cannot be observed: then only the answer counts
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

/** A route that answers everything no other route answers: `/*`, `/{*rest}`. */
const CATCH_ALL = /^\/?\{?\/?\*\w*\}?$/

/**
 * Returns why no user's rows are behind an answer to the owner; undefined if there may be some.
 *
 * @param path of the route, as declared
 */
export function harmless(status: number, reach: Reach, path: string): string | undefined {
  // 405 and 501 are about the method, not about a row: every user gets them. So is the 404 of a catch-all route.
  const says = status < 400 || status === 405 || status === 501 || (status === 404 && CATCH_ALL.test(path))
  if (reach !== 'no owned table' || !says) return undefined
  return `the owner is answered ${status}, and no owned table is queried`
}
