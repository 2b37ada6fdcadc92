import { bindingOf, FUNCTION } from '../../../reading/syntax/binding.js'
import { bare, spelled } from '../../../reading/syntax/origin.js'
import { calledMember, isCall, nameOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const ANSWERS = /^(json|send|end|jsonp|write|render)$/

const ERROR = /^(e|ex|er|err|error|exception)$/i
const WHOLE = /^(err|error)$/i

/** `res.json({ error: err.message })`, `res.send(err)`, a stack. */
export const errorText: Rule = {
  kind: 'error-text',
  where: SERVER,
  look(node, parents) {
    const member = isCall(node) ? calledMember(node) : null
    if (!member || !ANSWERS.test(member.name) || !isResponse(member.of)) return null
    const name = errorAround(parents)
    if (!isBound(member.of, parents)) return null
    if (!name || isOfTheApp(name, node, parents)) return null
    const shown = children(node, 'arguments').flatMap((one) => shownOf(one, name))
    return shown.length ? `answers ${[...new Set(shown)].join(', ')}` : null
  },
}

/** `if (err instanceof NotFound)`: an error of one of the app's own classes holds a text that the app wrote. */
function isOfTheApp(name: string, node: Node, parents: readonly Node[]): boolean {
  return parents.some((around, at) => {
    if (around.type !== 'IfStatement' || child(around, 'consequent') !== (parents[at - 1] ?? node))
      return false
    const test = child(around, 'test')
    const type = test?.operator === 'instanceof' ? spelled(child(test, 'right')) : 'Error'
    return (
      nameOf(child(test, 'left')) === name &&
      !/^(?:\w*\.)?Error$|Database|Query|Sequelize|Validation|Sql|Type/i.test(type)
    )
  })
}

/** `res`, `res.status(500)`. */
function isResponse(node: Node): boolean {
  if (isCall(node)) return isResponse(calledMember(node)?.of ?? (node.callee as Node))
  return /^_?(res|response|reply)$/.test(nameOf(node) ?? '')
}

/** Whether a response is a parameter there. A job that names one fails. */
function isBound(node: Node, parents: readonly Node[]): boolean {
  if (isCall(node)) return isBound(calledMember(node)?.of ?? (node.callee as Node), parents)
  return bindingOf(nameOf(node) ?? '', parents) !== null
}

/** The name of the error that is at hand: of a catch, an error handler, a callback `(err, rows) =>`, `.catch(err =>)`. */
function errorAround(parents: readonly Node[]): string | null {
  for (const [at, node] of parents.entries()) {
    if (node.type === 'CatchClause') return nameOf(child(node, 'param'))
    if (!FUNCTION.test(node.type)) continue
    const [first, ...rest] = children(node, 'params').map(nameOf)
    const call = parents[at + 1]
    const member = call && isCall(call) ? calledMember(call) : null
    if (first && (member?.name === 'catch' || (ERROR.test(first) && rest.length > 0))) return first
    // `db.query(sql, values, (err) => …)`: a callback that is called with nothing else.
    const last = call && isCall(call) && children(call, 'arguments').length > 1
    if (first && last && member && WHOLE.test(first)) return first
  }
  return null
}

function shownOf(node: Node, name: string): string[] {
  const value = bare(node)
  if (!value) return []
  if (value.type === 'ObjectExpression')
    return children(value, 'properties').flatMap((one) =>
      shownOf(child(one, 'value') ?? child(one, 'argument') ?? one, name),
    )
  if (value.type === 'ArrayExpression')
    return children(value, 'elements').flatMap((one) => shownOf(one, name))
  if (value.type === 'TemplateLiteral')
    return children(value, 'expressions').flatMap((one) => shownOf(one, name))
  if (/^(BinaryExpression|LogicalExpression)$/.test(value.type))
    return value.type === 'BinaryExpression' && value.operator !== '+'
      ? []
      : [child(value, 'left'), child(value, 'right')].flatMap((one) => (one ? shownOf(one, name) : []))
  if (value.type === 'ConditionalExpression') {
    // `dev ? err.stack : {}` shows it where the switch is wrong; a switch on production is a switch.
    return /NODE_ENV|production|dev/i.test(spelled(child(child(value, 'test'), 'left')))
      ? []
      : [child(value, 'consequent'), child(value, 'alternate')].flatMap((one) =>
          one ? shownOf(one, name) : [],
        )
  }
  if (isCall(value))
    return calledMember(value)?.name === 'toString' || /^(String)$/.test(nameOf(child(value, 'callee')) ?? '')
      ? [`${name} as text`]
      : []
  const word = spelled(value)
  return word === name ||
    new RegExp(`^${name}\\.(message|stack|detail|sqlMessage|query|original\\.\\w+)$`).test(word)
    ? [word]
    : []
}
