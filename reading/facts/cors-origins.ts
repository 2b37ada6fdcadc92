import { FUNCTION } from '../syntax/binding.js'
import { spelled } from '../syntax/origin.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { textsIn, through } from '../syntax/texts-in.js'
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
const SETS_HEADERS = /^(?:header|set|writeHead)$/

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
      const other = otherIn(value.type === 'ArrayExpression' ? children(value, 'elements') : [value])
      if (origins.length || other) found.push({ at: locate(file, node), origins, other })
    })
  return found
}

function originOf(node: Node, parents: readonly Node[], imports: Source['imports']): Node | null {
  const given = children(node, 'arguments')
  const callee = child(node, 'callee')
  if (imports.get(nameOf(callee) ?? '')?.module === 'cors' || isRequired(callee)) {
    const options = through(given[0] ?? null, parents)
    return through(FUNCTION.test(options?.type ?? '') ? originGiven(options!) : originIn(options), parents)
  }
  const name = calledMember(node)?.name ?? ''
  if (SETS_HEADER.test(name) && ALLOW_ORIGIN.test(textOf(given[0] ?? null) ?? ''))
    return through(given[1] ?? null, parents)
  if (!SETS_HEADERS.test(name)) return null
  const headers = given.flatMap((one) => propertiesOf(through(one, parents)))
  return through(headers.find(({ key }) => ALLOW_ORIGIN.test(key))?.value ?? null, parents)
}

const originIn = (options: Node | null) =>
  propertiesOf(options).find(({ key }) => key === 'origin')?.value ?? null

/** `(req, done) => done(null, { origin: […] })` */
function originGiven(options: Node): Node | null {
  let found: Node | null = null
  traverse(options, (node) => {
    found ??= originIn(node)
  })
  return found
}

/** The first of some values that the environment or another object says, as it is spelled; null: none. */
function otherIn(values: readonly Node[]): string | null {
  const value = values.find(({ type }) => /MemberExpression$|^LogicalExpression$/.test(type))
  return value ? spelled(value.type === 'LogicalExpression' ? child(value, 'left') : value) : null
}

/** `require('cors')({ origin })` */
const isRequired = (callee: Node | null) =>
  callee !== null &&
  isCall(callee) &&
  nameOf(child(callee, 'callee')) === 'require' &&
  textOf(children(callee, 'arguments')[0] ?? null) === 'cors'
