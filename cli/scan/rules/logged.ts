import { bindingOf, FUNCTION } from '../../../reading/syntax/binding.js'
import { bare, requestPart, spelled } from '../../../reading/syntax/origin.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'
import { isSecretName } from '../../../src/redaction/secret-names.js'
import { type Rule, SERVER } from './rule.js'

const LOGGERS = /^(console|log|logger|winston|pino|debug|log4js|bunyan|_?logger)$/i
const LEVELS = /^(log|info|warn|error|debug|trace|verbose|silly|http|fatal|dir|table)$/
/** Whole parts of a request; single fields of them are a matter of taste. */
const WHOLE = /^(body|headers|cookies|query)$/
const TELLS_NOTHING =
  /^(?:is|has|can|should)[A-Z]|match|length|exists?|valid|expires?|hash|type|count|missing|name$/i

/** What is printed of requests and secrets, and of the values of queries. */
export const logged: Rule = {
  kind: 'logged',
  where: SERVER,
  look(node, parents) {
    if (isCall(node) && isLogger(node)) {
      const said = children(node, 'arguments')
        .flatMap((one) => partsOf(one))
        .flatMap((one) => told(one, [node, ...parents]))
      return said.length ? [...new Set(said)].join(', ') : null
    }
    return ofOptions(node)
  },
}

function isLogger(call: Node): boolean {
  const member = calledMember(call)
  if (!member) return /^(log|debug)$/.test(nameOf(child(call, 'callee')) ?? '')
  const of = nameOf(member.of) ?? nameOf(child(member.of, 'property')) ?? ''
  return LOGGERS.test(of) && LEVELS.test(member.name)
}

/** What an argument is put together of. */
function partsOf(node: Node): Node[] {
  const value = bare(node)
  if (value?.type === 'TemplateLiteral') return children(value, 'expressions').flatMap(partsOf)
  if (value?.type === 'BinaryExpression')
    return [child(value, 'left'), child(value, 'right')].flatMap((one) => (one ? partsOf(one) : []))
  if (value?.type === 'ObjectExpression')
    return propertiesOf(value).flatMap(({ value: inner }) => (inner ? partsOf(inner) : []))
  if (value && isCall(value) && /^(stringify|inspect|format)$/.test(calledMember(value)?.name ?? ''))
    return children(value, 'arguments').flatMap(partsOf)
  return value ? [value] : []
}

function told(node: Node, parents: readonly Node[]): string[] {
  const name = spelled(node)
  const part = requestPart(node, parents)
  if (part && WHOLE.test(part)) return [`${name}${name.endsWith(part) ? '' : ` (${part} of the request)`}`]
  if (/^(req|request)$/.test(name) && !parents.some(({ type }) => type === 'SwitchCase'))
    return [`${name}, the whole request`]
  const last = name.split('.').at(-1)!
  if (/^(user|users|newUser|currentUser|foundUser)$/.test(name) && !isOfConnection(name, parents))
    return [`${name}, with all its columns`]
  const plain = node.type === 'Identifier' || /MemberExpression$/.test(node.type)
  return plain && isSecretName(last) && !TELLS_NOTHING.test(last) && !isWord(node, parents) ? [name] : []
}

/** `for (const token of text.split(' '))`: a word of a text, as parsers call it. */
function isWord(node: Node, parents: readonly Node[], depth = 0): boolean {
  const value = bare(node)
  if (!value || depth > 6) return false
  if (value.type === 'Identifier') {
    const init = bindingOf(nameOf(value)!, parents)?.init
    return init ? isWord(init, parents, depth + 1) : false
  }
  const member = isCall(value) ? calledMember(value) : null
  if (!member) return false
  return member.name === 'split' || isWord(member.of, parents, depth + 1)
}

/** `const { user, host, database } = client`: whom the app is to its database. */
function isOfConnection(name: string, parents: readonly Node[]): boolean {
  let found = false
  for (const around of parents.filter(({ type }) => FUNCTION.test(type)))
    traverse(around, (node) => {
      const names =
        node.type === 'ObjectPattern'
          ? children(node, 'properties').map((one) => nameOf(child(one, 'key')))
          : []
      if (names.includes(name) && names.includes('host')) found = true
    })
  return found
}

/** `logging: console.log` of Sequelize prints values; so does `debug: true` of knex. */
function ofOptions(node: Node): string | null {
  if (node.type !== 'ObjectExpression') return null
  const given = propertiesOf(node)
  const has = (name: string) => given.find(({ key }) => key === name)?.value
  const logging = has('logging')
  if (has('dialect') && logging && (spelled(logging) === 'console.log' || logging.value === true))
    return 'every statement of Sequelize, with its values'
  if (has('client') && has('debug')?.value === true) return 'every query of knex, with its bindings'
  return null
}
