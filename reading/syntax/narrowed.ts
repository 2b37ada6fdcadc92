import type { OwnerNames } from '../owners/owner-names.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from './syntax.js'
import { child, children, type Node, traverse } from './tree.js'

const FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/
const REQUEST = /^(req|request|ctx|context|body|params|query|input|payload)$/i
const LOOKS_FOR = /^(find|get|load|fetch|read|require|ensure|assert|check)/i
const FOREIGN = /(_id|[a-z]Id)$/

/**
 * Returns whether a query is narrowed by a key of a row found before: `where({ id: session.id })`, `where({
 * session_id })`, `whereIn('id', ids)` with ids of such rows, `insert({ session_id: session.id })`, or
 * `where({ id })` after `await findThread(id)`. Keys straight from a request do not narrow.
 */
export function isNarrowed(chain: Node, parents: readonly Node[], names: OwnerNames, table: string): boolean {
  const scope = parents.find(({ type }) => FUNCTION.test(type)) ?? chain
  const pairs: { key: string; value: Node | null; list: boolean }[] = []
  let widened = false
  traverse(chain, (node) => {
    const name = isCall(node) ? calledMember(node)?.name : undefined
    if (!name || !/^(where|andWhere|whereIn|orWhere|orWhereIn|insert)$/.test(name)) return
    if (name.startsWith('or')) widened = true
    const [first, second] = children(node, 'arguments')
    const column = textOf(first ?? null)
    if (column) pairs.push({ key: column, value: second ?? null, list: /In$/.test(name) })
    else pairs.push(...propertiesOf(first ?? null).map(({ key, value }) => ({ key, value, list: false })))
  })
  const keys = pairs.filter(({ key }) => !names.isOwner(key))
  const isOwn = ownKeyOf(table)
  const own = keys.filter(({ key }) => isOwn(key))
  const foreign = keys.filter(({ key }) => FOREIGN.test(key))
  if (widened) return false
  // The row's own key narrows more than its parent's.
  return (own.length ? own : foreign).some(({ key, value, list }) =>
    list ? isOfRows(value, scope) : isOwn(key) ? isOfRow(value, scope) : !isOfRequest(value),
  )
}

/** Returns a test for a table's own key: `id`, or `note_id` of a table of notes. */
function ownKeyOf(table: string): (key: string) => boolean {
  const plain = (word: string) => word.toLowerCase().replaceAll('_', '')
  const own = new Set([`${plain(table)}id`, `${plain(table).replace(/s$/, '')}id`, 'id'])
  return (key) => own.has(plain(key))
}

/**
 * Returns whether a value is a key of a row: `session.id` if `session` is not a request, or an id that was
 * looked up above.
 */
function isOfRow(value: Node | null, scope: Node): boolean {
  if (value?.type === 'MemberExpression') return !isOfRequest(value)
  const name = nameOf(value)
  let found = false
  if (name && value?.type === 'Identifier')
    traverse(scope, (node) => {
      const call = node.type === 'AwaitExpression' ? child(node, 'argument') : null
      const callee = call && isCall(call) ? nameOf(child(call, 'callee')) : null
      const given = call ? children(call, 'arguments')[0] : null
      if (callee && LOOKS_FOR.test(callee) && given?.type === 'Identifier' && nameOf(given) === name)
        found = true
    })
  return found
}

/** Returns whether a list comes from the result of a call, other than a query on every user's rows. */
function isOfRows(value: Node | null, scope: Node, depth = 0): boolean {
  const name = value?.type === 'Identifier' ? nameOf(value) : null
  if (!name || depth > 4) return false
  let made = false
  traverse(scope, (node) => {
    if (node.type !== 'VariableDeclarator' || nameOf(child(node, 'id')) !== name) return
    const init = child(node, 'init')
    if (!init) return
    if (init.type !== 'AwaitExpression') {
      const root = rootOf(init)
      made ||= root !== null && isOfRows(root, scope, depth + 1)
      return
    }
    const call = child(init, 'argument')
    let keyed = call !== null && isCall(call) && calledMember(call) === null
    traverse(init, (one) => {
      const where =
        isCall(one) && /^where(In)?$/.test(calledMember(one)?.name ?? '')
          ? children(one, 'arguments')[0]
          : null
      if (propertiesOf(where ?? null).some(({ key }) => FOREIGN.test(key))) keyed = true
    })
    made ||= keyed
  })
  return made
}

/** Returns `events` of `events.map(…).filter(…)`. */
function rootOf(node: Node | null): Node | null {
  if (!node || node.type === 'Identifier') return node
  return rootOf(isCall(node) ? child(node, 'callee') : child(node, 'object'))
}

function isOfRequest(value: Node | null): boolean {
  const root = value ? rootOf(value) : null
  return value?.type === 'MemberExpression' && REQUEST.test(nameOf(root) ?? '')
}
