/** Characters that begin a formula in a spreadsheet (ASVS 5.0, 1.2.10). */
const FORMULA = /^[=+\-@\t\r\0]/
const QUOTE = /"/g
const IS_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/** Returns a line of CSV (RFC 4180), without its line break; null is an empty cell, an empty text is `""`. */
export const csvLine = (cells: readonly (string | null)[]): string => cells.map(csvCell).join(',')

/** Text that a spreadsheet would run as a formula gets an apostrophe in front, which makes it text. */
function csvCell(value: string | null): string {
  if (value === null) return ''
  const text = FORMULA.test(value) && !IS_NUMBER.test(value) ? `'${value}` : value
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replace(QUOTE, '""')}"` : text
}
