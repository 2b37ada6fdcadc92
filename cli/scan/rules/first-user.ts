import { builderTable, chainOf } from '../../../reading/owners/implicit-owner.js'
import type { Guess } from '../../../reading/owners/owner.js'
import { enclosingStatement } from '../../../reading/syntax/statement.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
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
      ).test(sql)
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
