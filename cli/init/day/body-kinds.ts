import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'

const PARSERS = /^(?:express|body-parser)$/

/** How a body is sent: as a form sends it, or as JSON. */
export type BodyKind = 'json' | 'form'

/** The kinds of bodies that the app parses, the more usual one first; an app that names no parser is sent JSON. */
export function bodyKindsOf(sources: readonly Source[]): BodyKind[] {
  const parsers = new Set(sources.flatMap(parsersIn))
  if (!parsers.has('urlencoded')) return ['json']
  return parsers.has('json') ? ['json', 'form'] : ['form']
}

/** Whether the app parses bodies of forms, and none of JSON. */
export const readsFormsOnly = (sources: readonly Source[]) => !bodyKindsOf(sources).includes('json')

/** `express.json()`, `bodyParser.urlencoded()`, `require('body-parser').json()`, and either alone: `json()`. */
function parsersIn({ tree, imports }: Source): string[] {
  const found: string[] = []
  const module = (node: Node | null): string => {
    if (node && isCall(node) && nameOf(child(node, 'callee')) === 'require')
      return textOf(children(node, 'arguments')[0] ?? null) ?? ''
    return imports.get(nameOf(node) ?? '')?.module ?? ''
  }
  traverse(tree, (node) => {
    if (!isCall(node)) return
    const member = calledMember(node)
    const local = member ? null : nameOf(child(node, 'callee'))
    const name = member?.name ?? imports.get(local ?? '')?.imported ?? ''
    if (PARSERS.test(module(member ? member.of : child(node, 'callee')))) found.push(name)
  })
  return found
}
