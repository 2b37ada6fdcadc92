import { bindingOf } from '../../../reading/syntax/binding.js'
import { bare, requestPart, spelled, textThrough } from '../../../reading/syntax/origin.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const SETS_HEADER = /^(header|set|setHeader|append|writeHead)$/
const ALLOW_ORIGIN = /^access-control-allow-origin$/i

/** `cors()` for all, an origin that is reflected, and the header by hand. */
export const wildcardCors = (starred: ReadonlyMap<string, string>): Rule => ({
  kind: 'wildcard-cors',
  where: SERVER,
  look(node, parents, { imports }) {
    if (!isCall(node)) return null
    const given = children(node, 'arguments')
    const callee = nameOf(child(node, 'callee'))
    if (callee && imports.get(callee)?.module === 'cors') return ofPackage(given[0], parents, starred)
    const member = calledMember(node)
    if (!member || !SETS_HEADER.test(member.name)) return null
    if (ALLOW_ORIGIN.test(textOf(given[0] ?? null) ?? '')) return ofHeader(given[1] ?? null, parents)
    const pair = propertiesOf(given.at(-1) ?? null).find(({ key }) => ALLOW_ORIGIN.test(key))
    return pair ? ofHeader(pair.value, parents) : null
  },
})

/** Settings that are a star, or are one where nothing is set, with their place: `corsOrigins: env.ORIGINS ?? '*'`. */
export function starredSettings(sources: readonly Source[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const value = node.type === 'ObjectProperty' ? bare(child(node, 'value')) : null
      const star = value?.type === 'LogicalExpression' ? child(value, 'right') : value
      const key = textOf(star ?? null) === '*' ? nameOf(child(node, 'key')) : null
      if (key && /origin|cors/i.test(key)) found.set(key, locate(file, node))
    })
  return found
}

function ofPackage(
  options: Node | undefined,
  parents: readonly Node[],
  starred: ReadonlyMap<string, string>,
): string | null {
  if (!options) return 'cors() without options: every origin'
  const written = bare(options)
  const object =
    written?.type === 'Identifier' ? bare(bindingOf(nameOf(written)!, parents)?.init ?? null) : written
  if (object?.type !== 'ObjectExpression') return null
  const properties = propertiesOf(object)
  const spread = children(object, 'properties').some(({ type }) => type === 'SpreadElement')
  const named = children(object, 'properties').some((one) => nameOf(child(one, 'key')) === 'origin')
  const origin = properties.find(({ key }) => key === 'origin')?.value ?? null
  const cookies = properties.some(({ key, value }) => key === 'credentials' && value?.value === true)
  const also = cookies ? ', with the cookies of the user' : ''
  if (!origin) return named || spread ? null : `cors() without an origin: every origin${also}`
  if (textThrough(origin, parents) === '*') return `origin: '*'${also}`
  if (origin.type === 'LogicalExpression' && textThrough(child(origin, 'right'), parents) === '*')
    return `origin: '*' where ${spelled(child(origin, 'left'))} is not set${also}`
  const setting = /MemberExpression$/.test(origin.type) ? nameOf(child(origin, 'property')) : null
  if (setting && starred.has(setting))
    return `${spelled(origin)} is '*' where nothing else is set (${starred.get(setting)})${also}`
  if (origin.type === 'BooleanLiteral' && origin.value === true)
    return `origin: true mirrors whatever asks${also}`
  return allowsAll(origin) ? `a function that lets every origin in${also}` : null
}

/** `(origin, callback) => callback(null, true)`, without a condition. */
function allowsAll(node: Node): boolean {
  if (!/Function/.test(node.type)) return false
  let [allows, asks] = [false, false]
  traverse(node, (one) => {
    if (/^(IfStatement|ConditionalExpression|LogicalExpression|SwitchStatement)$/.test(one.type)) asks = true
    const second = isCall(one) ? children(one, 'arguments')[1] : undefined
    if (second?.type === 'BooleanLiteral' && second.value === true) allows = true
  })
  return allows && !asks
}

function ofHeader(value: Node | null, parents: readonly Node[]): string | null {
  if (textThrough(value, parents) === '*') return 'Access-Control-Allow-Origin: *'
  if (/^headers\.origin$/i.test(requestPart(value, parents) ?? '') && !isAsked(parents))
    return 'Access-Control-Allow-Origin mirrors whatever asks'
  return null
}

/** Whether a condition surrounds it: a list of origins, perhaps. */
const isAsked = (parents: readonly Node[]) =>
  parents.some(({ type }) => /^(IfStatement|ConditionalExpression)$/.test(type))
