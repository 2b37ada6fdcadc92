import type { Field } from '../driver/driver.js'
import type { ConnectionPolicy } from '../policy.js'
import { listedNames } from '../statements/select-list.js'

/**
 * Returns the positions of the columns the app may see; null: all of them. A column that usertwo added is removed
 * unless the query names it in a select or returning list. Columns are identified by table and number, so aliases,
 * joins and sub-selects do not hide them; computed values (`row_to_json`, UNION) have no number and stay.
 */
export function keptColumns(
  columns: Field[],
  text: string,
  policy: ConnectionPolicy | null,
): number[] | null {
  // Most answers hide nothing, and every answer takes this path.
  if (!columns.some((column) => isHidden(column, text, policy))) return null
  const kept: number[] = []
  columns.forEach((column, at) => {
    if (!isHidden(column, text, policy)) kept.push(at)
  })
  return kept
}

function isHidden(column: Field, text: string, policy: ConnectionPolicy | null): boolean {
  const added = column.tableID ? policy?.addedColumn(column) : undefined
  return added !== undefined && !listedNames(text).has(added.toLowerCase())
}
