import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, textOf } from '../syntax/syntax.js'
import { textsIn, through } from '../syntax/texts-in.js'
import { children, traverse } from '../syntax/tree.js'

/** A word of an address, such as a language. */
const WORD = /^[\w-]{1,20}$/

/**
 * Finds what an app compares a parameter of its addresses with, by the parameter's name:
 * `app.param('lang', (req, res, next, lang) => (LANGUAGES.includes(lang) ? next() : res.sendStatus(404)))`.
 */
export function paramValues(sources: readonly Source[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { tree } of sources)
    traverse(tree, (node, parents) => {
      const member = isCall(node) ? calledMember(node) : null
      const [name, handler] = member?.name === 'param' ? children(node, 'arguments') : []
      const parameter = textOf(name ?? null)
      if (parameter === null || !handler) return
      const words = textsIn(through(handler, parents)!, parents).filter((text) => WORD.test(text))
      if (words.length) found.set(parameter, [...new Set([...(found.get(parameter) ?? []), ...words])])
    })
  return found
}
