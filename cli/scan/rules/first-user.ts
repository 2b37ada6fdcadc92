import { builderTable, chainOf } from '../../../reading/owners/implicit-owner.js'
import type { Guess } from '../../../reading/owners/owner.js'
import { FUNCTION } from '../../../reading/syntax/binding.js'
import { enclosingStatement } from '../../../reading/syntax/statement.js'
import { calledMember, isCall, isMemberAccess, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

/**
 * Finds code that takes the first user for the caller: `db('users').first()`, `select … from users limit 1`,
 * `User.findOne()`.
 */
export const firstUser = ({ config, users }: Guess): Rule => ({
  kind: 'owner-id',
  where: SERVER,
  look(node, parents) {
    if (!users) return null
    const { table } = config.users
    if (builderTable(node) === table && picksFirst(chainOf(node, parents)))
      return `the first of ${table} is taken for the caller`
    const sql = enclosingStatement(node, parents) ?? ''
    if (
      new RegExp(
        `^\\s*select\\b[^;]*\\bfrom\\s+"?${table}"?\\s+(?!.*\\bwhere\\b)[^;]*\\blimit\\s+1\\b`,
        'is',
      ).test(sql) &&
      !/^\s*select\s+(?:\d+|true|count\s*\(\s*\*\s*\))\s+from\b/i.test(sql) &&
      !asksForAny(node, parents)
    )
      return `SQL: the first of ${table} is taken for the caller`
    const member = isCall(node) ? calledMember(node) : null
    const model = member && (nameOf(member.of) ?? nameOf(child(member.of, 'property')))
    if (!member || !model || !/^(findOne|findFirst)$/.test(member.name) || !users.models.includes(model))
      return null
    const narrowed = children(node, 'arguments').some(
      (one) =>
        one.type !== 'ObjectExpression' ||
        propertiesOf(one).some(({ key }) => key === 'where') ||
        children(one, 'properties').length > propertiesOf(one).length,
    )
    return narrowed ? null : `the first of ${table} is taken for the caller`
  },
})

/** Whether all that is read of a query is how many rows it found: `rows.length`, `result.rowCount`. The question is then whether there is any. */
function asksForAny(node: Node, parents: readonly Node[]): boolean {
  const around = [node, ...parents]
  const sent = around.findIndex((one) => isCall(one))
  let at = sent + 1
  if (sent < 0) return false
  if (around[at]?.type === 'AwaitExpression') at++
  const above = around[at]
  // `pool.query(…).then(({ rows }) => rows.length)`
  if (above && isMemberAccess(above) && nameOf(child(above, 'property')) === 'then') {
    const [answer] = children(around[at + 1] ?? null, 'arguments')
    const [given] = children(answer ?? null, 'params')
    const body = child(answer ?? null, 'body')
    return given !== undefined && body !== null && countsOnly(given, body)
  }
  const scope = around.slice(at).find(({ type }) => FUNCTION.test(type) || type === 'Program')
  const id = above?.type === 'VariableDeclarator' ? child(above, 'id') : null
  return id !== null && scope !== undefined && countsOnly(id, scope)
}

/** Whether a result, or the rows taken from it, is used for its length alone, and is used at all. */
function countsOnly(id: Node, scope: Node): boolean {
  const names = id.type === 'Identifier' ? [nameOf(id)!] : rowsOf(id)
  if (names.length === 0) return false
  let counts = 0
  let others = 0
  traverse(scope, (one, parents) => {
    if (one.type !== 'Identifier' || !names.includes(nameOf(one)!) || one === id) return
    const [parent, above] = parents
    if (!parent || parents.includes(id)) return
    const member = isMemberAccess(parent) && child(parent, 'object') === one ? parent : null
    const property = nameOf(child(member, 'property'))
    if (isMemberAccess(parent) && !parent.computed && child(parent, 'property') === one) return
    if (/^(?:length|rowCount)$/.test(property ?? '')) counts++
    else if (
      property === 'rows' &&
      isMemberAccess(above ?? null) &&
      nameOf(child(above!, 'property')) === 'length'
    )
      counts++
    else if (nameOf(one) === 'rowCount') counts++
    else others++
  })
  return counts > 0 && others === 0
}

/** `{ rows }`, `{ rows: found, rowCount }`; empty: another pattern. */
function rowsOf(id: Node): string[] {
  if (id.type !== 'ObjectPattern') return []
  const taken = children(id, 'properties').map((one) => ({
    key: nameOf(child(one, 'key')),
    name: nameOf(child(one, 'value')),
  }))
  return taken.every(({ key, name }) => /^(?:rows|rowCount)$/.test(key ?? '') && name !== null)
    ? taken.map(({ name }) => name!)
    : []
}

function picksFirst(chain: Node): boolean {
  const called: string[] = []
  traverse(chain, (node) => {
    if (isCall(node)) called.push(calledMember(node)?.name ?? '')
  })
  return (
    called.includes('first') &&
    !called.some((name) => /where|having|join|insert|count|max|min|sum/i.test(name))
  )
}
