import { isByKey } from '../../../src/phases/6-isolation/schema/keys/by-key-pattern.js'
import type { Answer } from '../../gate/app/http.js'
import type { Statement, Target } from '../../gate/gate.js'
import type { AttackedTable } from '../fixture/rows.js'

const WRITES = /\b(?:update|delete)\b/i
const LOCKS = /\bfor\s+(?:no\s+key\s+)?update\b/i

/** An answer, and how many rows of readable tables the app reached for it. */
interface Counted {
  answer: Answer
  open: number
  /** the statements on those tables */
  asked: Statement[]
}

/**
 * Sends a request, and counts the rows of readable tables that its statements returned or changed, plus one
 * for a refusal: an answer about a row that all users may read need not look like one about a missing row. No
 * other request may be sent meanwhile.
 */
export async function counted(
  target: Pick<Target, 'statements'>,
  tables: readonly AttackedTable[],
  ask: () => Promise<Answer>,
): Promise<Counted> {
  const open = tables.filter(({ readable }) => readable)
  if (!open.length) return { answer: await ask(), open: 0, asked: [] }
  await target.statements()
  const answer = await ask()
  const asked = naming(await target.statements(), open)
  const shown = asked.filter(({ text }) => !open.some(({ owner }) => asksWhose(text, owner)))
  const rows = shown.reduce((sum, one) => sum + one.rows, 0)
  return { answer, open: rows + (isForbidden(answer) ? 1 : 0), asked }
}

/**
 * Recognises a query of the query layer itself, for the owner of rows that a write has named and not found.
 * It shows the rows to no user.
 */
function asksWhose(text: string, owner: string): boolean {
  return new RegExp(`^select "[^"]+"\\."${owner.replace(/\W/g, '\\$&')}" from `).test(text)
}

/** Returns whether a write was refused because the row, which all users read, belongs to another user. */
export function isForbidden({ status, body }: Pick<Answer, 'status' | 'body'>): boolean {
  return status === 403 && /"code":"forbidden"|data-code="forbidden"/.test(body)
}

/**
 * Returns the readable table in which another user's write named a row and was not refused; null if there is
 * none. If the same statement changed a row in the owner's own request, this one would have changed it too. A
 * statement with the owner in its condition left the row unchanged.
 *
 * @param asked the statements of the other user's request
 * @param byOwner the statements of the owner's own
 */
export function unrefused(
  asked: readonly Statement[],
  byOwner: readonly Statement[] | null,
  tables: readonly AttackedTable[],
): string | null {
  const changed = new Set(byOwner?.filter(({ rows }) => rows > 0).map(({ text }) => text))
  const unheeded = asked.filter(({ text, rows }) => rows === 0 && changed.has(text))
  const found = tables.find((table) =>
    naming(unheeded, [table]).some(
      ({ text }) =>
        table.byKey &&
        WRITES.test(text) &&
        !LOCKS.test(text) &&
        isByKey(text, table.byKey) &&
        !new RegExp(`\\b${table.owner}\\b`).test(text),
    ),
  )
  return found?.name ?? null
}

/** Returns the statements that name one of the tables; none if the app's driver cannot be observed. */
export function naming(
  statements: readonly Statement[] | null,
  tables: readonly Pick<AttackedTable, 'name'>[],
): Statement[] {
  if (!tables.length) return []
  const names = tables.map(({ name }) => name.replace(/\W/g, '\\$&')).join('|')
  const named = new RegExp(`(?<!\\w)(${names})(?!\\w)`, 'i')
  return statements?.filter(({ text }) => named.test(text)) ?? []
}
