import { bindingOf } from '../syntax/binding.js'
import { bare, spelled } from '../syntax/origin.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** Where an app lets browsers of other origins in. */
export interface CorsOrigins {
  at: string
  /** the origins that are written there, without a slash at the end */
  origins: string[]
  /** what else says it, as it is spelled: `process.env.CLIENT_URL`; null: nothing */
  other: string | null
}

const ORIGIN = /^https?:\/\/[^/*\s]+$/
const ALLOW_ORIGIN = /^access-control-allow-origin$/i
const SETS_HEADER = /^(?:header|set|setHeader)$/

/** Finds the origins of `cors({ origin })`, and those that the app writes into the header itself. */
export function corsOrigins(sources: readonly Source[]): CorsOrigins[] {
  const found: CorsOrigins[] = []
  for (const { file, tree, imports } of sources)
    traverse(tree, (node, parents) => {
      if (!isCall(node)) return
      const value = originOf(node, parents, imports)
      if (!value) return
      const texts = textsIn(value, parents).map((text) => text.replace(/\/$/, ''))
      const origins = [...new Set(texts.filter((text) => ORIGIN.test(text)))]
      const isOther = /MemberExpression$|^LogicalExpression$/.test(value.type)
      const other = isOther
        ? spelled(value.type === 'LogicalExpression' ? child(value, 'left') : value)
        : null
      if (origins.length || other) found.push({ at: locate(file, node), origins, other })
    })
  return found
}

function originOf(node: Node, parents: readonly Node[], imports: Source['imports']): Node | null {
  const given = children(node, 'arguments')
  const callee = child(node, 'callee')
  if (imports.get(nameOf(callee) ?? '')?.module === 'cors' || isRequired(callee)) {
    const options = through(given[0] ?? null, parents)
    return through(propertiesOf(options).find(({ key }) => key === 'origin')?.value ?? null, parents)
  }
  const member = calledMember(node)
  return member && SETS_HEADER.test(member.name) && ALLOW_ORIGIN.test(textOf(given[0] ?? null) ?? '')
    ? through(given[1] ?? null, parents)
    : null
}

/** `require('cors')({ origin })` */
const isRequired = (callee: Node | null) =>
  callee !== null &&
  isCall(callee) &&
  nameOf(child(callee, 'callee')) === 'require' &&
  textOf(children(callee, 'arguments')[0] ?? null) === 'cors'

/** The value of a name, where it is declared in the file. */
function through(node: Node | null, parents: readonly Node[]): Node | null {
  const value = bare(node)
  return value?.type === 'Identifier'
    ? (bare(bindingOf(nameOf(value)!, parents)?.init ?? null) ?? value)
    : value
}

/** The texts in a value, those of a list that it names included: `(origin, done) => done(null, ALLOWED.includes(origin))`. */
function textsIn(value: Node, parents: readonly Node[], depth = 0): string[] {
  const found: string[] = []
  traverse(value, (node, inner) => {
    const text = textOf(node)
    if (text !== null) found.push(text)
    const member = isCall(node) ? calledMember(node) : null
    const list = member && /^(?:includes|has|indexOf|some|find)$/.test(member.name) ? member.of : null
    const declared = list && depth === 0 ? through(list, [...inner, value, ...parents]) : null
    if (declared && declared !== list) found.push(...textsIn(declared, parents, depth + 1))
  })
  return found
}
