import type { Functions } from '../../../reading/owners/owner-ids.js'
import type { OwnerNames } from '../../../reading/owners/owner-names.js'
import { bindingOf } from '../../../reading/syntax/binding.js'
import { bare, requestPart, spelled } from '../../../reading/syntax/origin.js'
import { enclosingStatement } from '../../../reading/syntax/statement.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const WRITES =
  /^(insert|create|createMany|bulkCreate|update|updateMany|upsert|save|insertMany|findOrCreate|values|set|merge|patch|patchAndFetchById|insertAndFetch|findByIdAndUpdate|build|assign|del)$/
const MAKES =
  /^(insert|create|createMany|bulkCreate|upsert|save|values|insertAndFetch|build|findOrCreate|batchInsert)$/
/** The client says these of itself, not of who owns. */
const OF_CLIENT = /^(body|query|params|headers|cookies)(\.|$)/

/** `{ user_id: req.body.user_id }`, `where('user_id', req.params.id)`, `where user_id = $1` of a request's value. */
export const ownerFromRequest = (names: OwnerNames, functions: Functions): Rule => ({
  kind: 'owner-from-request',
  where: SERVER,
  look(node, parents) {
    if (node.type === 'ObjectExpression' && isOfQuery(parents)) {
      const taken = propertiesOf(node).flatMap(({ key, value }) => {
        const part = names.isOwner(key) ? requestPart(value, parents) : null
        return part && OF_CLIENT.test(part) ? [`${key} is ${part}`] : []
      })
      return taken.length ? taken.join(', ') : null
    }
    if (!isCall(node)) return null
    const [first, ...rest] = children(node, 'arguments')
    const column = textOf(first ?? null)
    const member = calledMember(node)?.name ?? ''
    if (column && /where$/i.test(member) && names.isOwner(column)) {
      const part = requestPart(rest.at(-1) ?? null, parents)
      return part && OF_CLIENT.test(part) ? `${column} is ${part}` : null
    }
    const given = ofParameters(node, parents, names, functions)
    if (given) return given
    const bound = boundIn(node, parents).flatMap(({ column: name, value }) => {
      const part = names.isOwner(name) ? requestPart(value, parents) : null
      return part && OF_CLIENT.test(part) ? [`${name} is ${part}`] : []
    })
    return bound.length ? [...new Set(bound)].join(', ') : null
  },
})

/** `create(req.body.user_id)` where the app's own function calls its parameter `user_id`. */
function ofParameters(
  call: Node,
  parents: readonly Node[],
  names: OwnerNames,
  functions: Functions,
): string | null {
  const called = nameOf(child(call, 'callee')) ?? calledMember(call)?.name
  const given = children(call, 'arguments')
  for (const { parameters } of functions.get(called ?? '') ?? [])
    for (const [at, value] of given.entries()) {
      const parameter = parameters[at]
      const part = parameter && names.isOwner(parameter) ? requestPart(value, parents) : null
      // `follow(req.user.id, req.params.id)`: the owner is the caller, and the other is whom they mean.
      if (part && OF_CLIENT.test(part) && !given.some((one) => isCaller(one, parents)))
        return `${called}(): ${parameter} is ${part}`
    }
  return null
}

/** `req.user.id`, also by another name, and as a number. */
function isCaller(node: Node, parents: readonly Node[]): boolean {
  const value = bare(node)
  if (!value) return false
  const [inner] = isCall(value) && nameOf(child(value, 'callee')) ? children(value, 'arguments') : []
  if (inner) return isCaller(inner, parents)
  const init = value.type === 'Identifier' ? bindingOf(nameOf(value)!, parents)?.init : null
  return /^(?:req|request|ctx)\.(?:user|session|auth|account)\b/.test(spelled(init ?? value))
}

/** `insert(req.body)`, `create({ ...req.body })`. */
export const wholeBody: Rule = {
  kind: 'whole-body',
  where: SERVER,
  look(node, parents) {
    const member = isCall(node) ? calledMember(node) : null
    if (
      !member ||
      !WRITES.test(member.name) ||
      /^(Map|Set|cache|res|app|session|redis|store)$/i.test(spelled(member.of))
    )
      return null
    const taken = children(node, 'arguments').flatMap((one) => wholeIn(one, parents))
    // `Object.assign(note, req.body)`; of other libraries' `assign` and `set` nothing is known.
    if (member.name === 'assign' && spelled(member.of) !== 'Object') return null
    if (member.name === 'set' && children(node, 'arguments').length > 1) return null
    if (member.name === 'update' && isDigest(member.of, parents)) return null
    return taken.length ? `${member.name}(${taken.join(', ')})` : null
  },
}

/** `createHash('sha1').update(req.body)`, also by a variable: it reads the body, and writes no row. */
function isDigest(node: Node, parents: readonly Node[]): boolean {
  const value = bare(node)
  if (value?.type === 'Identifier') {
    const init = bindingOf(nameOf(value)!, parents)?.init
    return init ? isDigest(init, []) : false
  }
  if (!value || !isCall(value)) return false
  const member = calledMember(value)
  const name = member?.name ?? nameOf(child(value, 'callee')) ?? ''
  return /^create(Hash|Hmac|Sign|Verify)$/.test(name) || (name === 'update' && isDigest(member!.of, parents))
}

function wholeIn(node: Node, parents: readonly Node[]): string[] {
  const value = bare(node)
  if (!value) return []
  if (value.type === 'ObjectExpression')
    return children(value, 'properties').flatMap((one) => {
      const inner =
        one.type === 'SpreadElement'
          ? child(one, 'argument')
          : nameOf(child(one, 'key')) === 'data'
            ? child(one, 'value')
            : null
      return inner
        ? wholeIn(inner, parents).map((word) => (one.type === 'SpreadElement' ? `...${word}` : word))
        : []
    })
  return isWholeBody(value, parents) ? [spelled(value)] : []
}

function isWholeBody(value: Node, parents: readonly Node[]): boolean {
  return (
    /^(Identifier|MemberExpression|OptionalMemberExpression)$/.test(value.type) &&
    requestPart(value, parents) === 'body'
  )
}

/** `insert({ id: req.body.id })`, `insert into t (id, …) values ($1, …)` with a request's value for the key. */
export const clientKey: Rule = {
  kind: 'client-key',
  where: SERVER,
  look(node, parents) {
    if (!isCall(node)) return null
    const member = calledMember(node)
    const objects = children(node, 'arguments').flatMap((one) => {
      const data = propertiesOf(one).find(({ key }) => key === 'data')?.value
      return data ? [one, data] : [one]
    })
    if (member && MAKES.test(member.name))
      for (const { key, value } of objects.flatMap((one) => propertiesOf(one))) {
        const part = /^(id|_id|uuid)$/.test(key) ? requestPart(value, parents) : null
        if (part && /^(body|query)\./.test(part)) return `${key} is ${part}`
      }
    for (const { column, value, inserts } of boundIn(node, parents)) {
      const part = inserts && /^(id|uuid)$/.test(column) ? requestPart(value, parents) : null
      if (part && /^(body|query)\./.test(part)) return `${column} is ${part}`
    }
    return null
  },
}

interface Bound {
  column: string
  value: Node | null
  inserts: boolean
}

/** The columns that the parameters of a statement are for: `query('… where a = $1', [x])`. */
function boundIn(call: Node, parents: readonly Node[]): Bound[] {
  const [text, given] = children(call, 'arguments')
  const sql = text ? enclosingStatement(text, [call, ...parents]) : null
  const list = bare(given ?? null)
  if (sql === null || list?.type !== 'ArrayExpression' || !/\b(select|insert|update|delete)\b/i.test(sql))
    return []
  const values = children(list, 'elements')
  const found: Bound[] = []
  for (const [, column, number] of sql.matchAll(/([\w."]+)\s*=\s*\$(\d+)/g))
    found.push({ column: last(column!), value: values[Number(number) - 1] ?? null, inserts: false })
  const insert = /insert\s+into\s+[\w."]+\s*\(([^)]*)\)\s*values\s*\(([^)]*)\)/i.exec(sql)
  if (insert) {
    const [columns, places] = [insert[1]!, insert[2]!].map((part) => part.split(',').map((one) => one.trim()))
    columns!.forEach((column, at) => {
      const number = /^\$(\d+)/.exec(places![at] ?? '')?.[1]
      if (number)
        found.push({ column: last(column), value: values[Number(number) - 1] ?? null, inserts: true })
    })
  }
  return found
}

const last = (column: string) => column.replaceAll('"', '').split('.').at(-1)!

/** Whether an object is given to a call that reads or writes rows, and not to one that answers. */
function isOfQuery(parents: readonly Node[]): boolean {
  for (const [at, node] of parents.entries()) {
    if (!isCall(node)) {
      if (/^(ObjectProperty|ObjectExpression|ArrayExpression|SpreadElement)$/.test(node.type)) continue
      return false
    }
    const name = calledMember(node)?.name ?? ''
    return (
      at > -1 &&
      (WRITES.test(name) ||
        /^(where|andWhere|orWhere|find\w*|count\w*|delete|destroy|destroyMany|remove|query|first)$/.test(
          name,
        ))
    )
  }
  return false
}
