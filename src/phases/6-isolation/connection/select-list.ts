import { memoise } from '../../../core/memoise.js'

// Strings, quoted names, dollar quotes and comments as one piece each, so that a word inside them is not taken for SQL.
const PIECES =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[()]/g
const ENDS = new Set([
  'from',
  'into',
  'where',
  'union',
  'intersect',
  'except',
  'order',
  'group',
  'having',
  'limit',
  'window',
])

/**
 * The names that stand in a select or returning list of a statement, at any depth, lower-cased: what the query asks
 * for by name. Conditions do not count: `select * … where user_id = 1` does not ask to see `user_id`.
 */
export const listedNames = memoise((text): ReadonlySet<string> => {
  const names = new Set<string>()
  // Whether a list is open, for each open parenthesis; what a call in a list holds belongs to the list.
  const open = [false]
  for (const [piece] of text.matchAll(PIECES)) {
    if (piece === '(') open.push(open.at(-1)!)
    else if (piece === ')') {
      if (open.length > 1) open.pop()
    } else if (piece[0] === '"') {
      if (open.at(-1)) names.add(piece.slice(1, -1).replaceAll('""', '"').toLowerCase())
    } else if (/^[A-Za-z_\u0080-\uffff]/.test(piece)) {
      const word = piece.toLowerCase()
      if (word === 'select' || word === 'returning') open[open.length - 1] = true
      else if (ENDS.has(word)) open[open.length - 1] = false
      else if (open.at(-1)) names.add(word)
    }
  }
  return names
})
