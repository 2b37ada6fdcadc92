import { isByKey } from '../../../src/phases/6-isolation/schema/keys/by-key-pattern.js'
import type { Answer } from '../../gate/app/http.js'
import type { Statement, Target } from '../../gate/gate.js'
import type { AttackedTable } from '../fixture/rows.js'

const WRITES = /\b(?:update|delete)\b/i
const LOCKS = /\bfor\s+(?:no\s+key\s+)?update\b/i

/** An answer, and how many rows of readable tables the app came to for it. */
interface Counted {
  answer: Answer
  open: number
  /** what was said of those tables */
  asked: Statement[]
}

/**
 * Asks, and counts the rows of readable tables that its statements returned or changed, and one for a
 * refusal: an answer about a row that everybody may read need not look like one about a missing row. Nothing
 * else may be asked meanwhile.
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
 * A question of the query layer's own, about rows that a write has named and not found: it shows them to
 * nobody.
 */
function asksWhose(text: string, owner: string): boolean {
  return new RegExp(`^select "[^"]+"\\."${owner.replace(/\W/g, '\\$&')}" from `).test(text)
}

/** The answer to a write of a row that somebody else owns and everybody reads. */
export function isForbidden({ status, body }: Pick<Answer, 'status' | 'body'>): boolean {
  return status === 403 && /"code":"forbidden"|data-code="forbidden"/.test(body)
}

/**
 * The readable table in which somebody else's write named a row and went on without a refusal; null: none.
 * The owner's own request, where the same statement changed a row, tells that this one would have too. A
 * statement with the owner in its condition left the row alone.
 * @param asked what somebody else's request said
 * @param byOwner what the owner's own did
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

/** The statements in which one of the tables is named; none where the app's driver could not be watched. */
export function naming(
  statements: readonly Statement[] | null,
  tables: readonly Pick<AttackedTable, 'name'>[],
): Statement[] {
  if (!tables.length) return []
  const names = tables.map(({ name }) => name.replace(/\W/g, '\\$&')).join('|')
  const named = new RegExp(`(?<!\\w)(${names})(?!\\w)`, 'i')
  return statements?.filter(({ text }) => named.test(text)) ?? []
}
