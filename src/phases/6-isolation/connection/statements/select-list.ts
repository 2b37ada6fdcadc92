import { memoise } from '../../../../core/memoise.js'
import { isWord, meaningOf, nameOf } from '../../../../sql/meaning.js'

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
 * Returns the names in a select or returning list of a statement, at any depth, in lower case: what the query names
 * explicitly. Conditions do not count: `select * … where user_id = 1` does not name `user_id` in its result.
 */
export const listedNames = memoise((text): ReadonlySet<string> => {
  const names = new Set<string>()
  // Whether a list is open, for each open parenthesis; the arguments of a call in a list belong to the list.
  const open = [false]
  for (const token of meaningOf(text)) {
    if (token.text === '(') open.push(open.at(-1)!)
    else if (token.text === ')') {
      if (open.length > 1) open.pop()
    } else {
      const name = nameOf(token)?.toLowerCase()
      if (name === undefined) continue
      if (isWord(token, 'select', 'returning')) open[open.length - 1] = true
      else if (token.kind === 'word' && ENDS.has(name)) open[open.length - 1] = false
      else if (open.at(-1)) names.add(name)
    }
  }
  return names
})
