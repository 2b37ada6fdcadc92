/** Whether an index covers exactly these columns, in any order. */
export function isKey(index: readonly (string | null)[], columns: readonly string[]): boolean {
  return index.length === columns.length && columns.every((column) => index.includes(column))
}
