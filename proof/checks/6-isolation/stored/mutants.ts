import { naming } from '../../../attack/oracle/open-rows.js'
import type { Mutant } from '../../../gate/check.js'
import type { Statement } from '../../../gate/gate.js'
import securityHeaders from '../../2-hardening/mutants/answers/security-headers.js'
import outgoing from '../mutants/connection/outgoing.js'

const [UNREACHED, NOT_MERGED, ROLLED_BACK, CUT, NO_COOKIE] = [
  'updates and deletes reach no row',
  'an upsert leaves the row that is there',
  'a transaction is rolled back and answered as committed',
  'a text of a new row is cut',
  'the cookies of the app are lost',
]
const ROWS = 'has other rows in'

export const storedMutants: readonly Mutant[] = [
  { name: UNREACHED, names: ROWS, by: { replace: [outgoing.reachesNothing] } },
  { name: NOT_MERGED, names: ROWS, by: { replace: [outgoing.upsertsNothing] } },
  { name: ROLLED_BACK, names: ROWS, by: { replace: [outgoing.commitsNothing] } },
  { name: CUT, names: ROWS, by: { replace: [outgoing.cutsTexts] } },
  { name: NO_COOKIE, names: 'sets the cookie', by: { replace: [securityHeaders.withoutCookies] } },
]

const WRITES = /^\s*(?:insert|update|delete)\b/i

/**
 * Returns the mutants that change nothing of what this recording stores, with what it lacks.
 *
 * @param all every statement that was sent for it
 * @param cookies how many cookies the app sets
 */
export function ignoredIn(
  all: readonly Statement[],
  tables: readonly { name: string }[],
  cookies: number,
): Record<string, string> {
  const said = naming(all, tables)
  const sends = (kind: RegExp) => said.some(({ text, rows }) => rows > 0 && kind.test(text))
  return {
    ...(!sends(/^\s*(?:update|delete)\b.*\bwhere\b/is) && {
      [UNREACHED]: 'no recorded request updates or deletes a row by a statement of its own',
    }),
    ...(!mergesIn(said) && { [NOT_MERGED]: 'no recorded request changes a row by an upsert' }),
    ...(!committedIn(all, said) && { [ROLLED_BACK]: 'no recorded request writes in a transaction' }),
    ...(!sends(/^\s*insert\b.*'|^\s*insert\b.*\$/is) && { [CUT]: 'no recorded request inserts a row' }),
    ...(cookies === 0 && { [NO_COOKIE]: 'no recorded answer sets a cookie that is not of a login' }),
  }
}

/** Whether an upsert came twice with the same first value, and another one besides it. */
const mergesIn = (said: readonly Statement[]): boolean =>
  said.some(
    ({ text, values = [] }, at) =>
      /\bon\s+conflict\b.*\bdo\s+update\b/is.test(text) &&
      said
        .slice(at + 1)
        .some(
          (later) =>
            later.text === text &&
            String(later.values?.[0]) === String(values[0]) &&
            JSON.stringify(later.values) !== JSON.stringify(values),
        ),
  )

/** Whether a write on an owned table was committed. */
function committedIn(all: readonly Statement[], said: readonly Statement[]): boolean {
  let [open, wrote] = [false, false]
  for (const one of all) {
    if (/^\s*(?:begin|start\s+transaction)\b/i.test(one.text)) [open, wrote] = [true, false]
    else if (open && WRITES.test(one.text) && one.rows > 0 && said.includes(one)) wrote = true
    else if (/^\s*(?:commit|rollback)\s*;?\s*$/i.test(one.text)) {
      if (wrote && /commit/i.test(one.text)) return true
      open = false
    }
  }
  return false
}
