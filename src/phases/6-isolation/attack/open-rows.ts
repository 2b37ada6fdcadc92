import type { Statement, Target } from '../../../gate/gate.js'
import type { OwnedTable } from './rows.js'

/** An answer, and how many rows of tables that everybody signed in reads were come to for it. */
interface Counted<T> {
  answer: T
  open: number
}

/**
 * Asks, and counts the rows of readable tables that the statements behind it returned or changed. An answer about a row
 * that everybody may read need not look like one about a missing row. Nothing else may be asked meanwhile.
 */
export async function counted<T>(
  target: Pick<Target, 'statements'>,
  tables: readonly OwnedTable[],
  ask: () => Promise<T>,
): Promise<Counted<T>> {
  const open = tables.filter(({ readable }) => readable)
  if (!open.length) return { answer: await ask(), open: 0 }
  await target.statements()
  const answer = await ask()
  const rows = naming(await target.statements(), open).map((one) => one.rows)
  return { answer, open: rows.reduce((sum, count) => sum + count, 0) }
}

/** The statements in which one of the tables is named; none where the app's driver could not be watched. */
export function naming(
  statements: readonly Statement[] | null,
  tables: readonly Pick<OwnedTable, 'name'>[],
): Statement[] {
  if (!tables.length) return []
  const names = tables.map(({ name }) => name.replace(/\W/g, '\\$&')).join('|')
  const named = new RegExp(`(?<!\\w)(${names})(?!\\w)`, 'i')
  return statements?.filter(({ text }) => named.test(text)) ?? []
}
