import type { Functions } from '../../reading/owners/owner-ids.js'
import { ownerIdsInSql } from '../../reading/owners/owner-ids-in-sql.js'
import type { OwnerNames } from '../../reading/owners/owner-names.js'
import type { Source } from '../../reading/syntax/sources.js'
import {
  calledMember,
  isCall,
  nameOf,
  propertiesOf,
  templateOf,
  textOf,
} from '../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../reading/syntax/tree.js'
import { instead, type TextEdit } from './edit.js'
import { boundInstead } from './sql.js'

const ME = 'currentUserId()'
const FUNCTION = /Function|ObjectMethod|ClassMethod/
const AT_START = 'it is worked out once, as the file is loaded'

/** What is done to a file, and what is left, by line. */
export interface Rewritten {
  edits: TextEdit[]
  left: Map<number, string>
  /** lines that are dealt with */
  done: Set<number>
}

/**
 * Replaces the owner's id with a call. A value that is computed once, at start, cannot be a call: it is left
 * as it is. A constant that holds the id stays, while the code that uses it asks for the current user.
 * @param known constants: names that hold the owner's id in this file; functions: of the app, with their
 * parameters
 */
export function rewriteCall(
  { tree }: Source,
  text: string,
  names: OwnerNames,
  { constants, functions }: { constants: ReadonlySet<string>; functions: Functions },
): Rewritten {
  const found: Rewritten = { edits: [], left: new Map(), done: new Set() }
  const lineOf = ({ loc }: Node) => loc.start.line
  const put = (site: Node, parents: readonly Node[], ...values: (Node | null)[]) => {
    const ids = values.filter((one): one is Node => names.isOwnerId(one))
    if (ids.length === 0) return
    if (!parents.some(({ type }) => FUNCTION.test(type))) return void found.left.set(lineOf(site), AT_START)
    found.edits.push(...ids.map((one) => instead(one, ME)))
    found.done.add(lineOf(site))
  }
  traverse(tree, (node, parents) => {
    for (const { key, value, at } of propertiesOf(node)) {
      if (names.isOwner(key)) put(at, parents, value)
      if (key === names.users.id && isUsers(parents, names)) put(parents.find(isCall) ?? at, parents, value)
    }
    ofPair(node, parents, names, constants, found, put)
    if (node.type === 'Identifier' && constants.has(node.name as string)) used(node, parents, found)
    const why = boundInstead(node, text, names, ME)
    if (Array.isArray(why)) {
      if (!parents.some(({ type }) => FUNCTION.test(type))) found.left.set(lineOf(node), AT_START)
      else {
        found.edits.push(...why)
        found.done.add(lineOf(node)).add(lineOf(children(node, 'arguments')[0]!))
      }
    } else if (why) found.left.set(lineOf(node), why).set(lineOf(children(node, 'arguments')[0]!), why)
    else if (
      isText(node) &&
      ownerIdsInSql(templateOf(node, '?')!, names).length &&
      !found.done.has(lineOf(node))
    )
      if (!found.left.has(lineOf(node)))
        found.left.set(
          lineOf(node),
          node.type === 'TemplateLiteral' && children(node, 'expressions').length
            ? 'the SQL is built from text'
            : 'the SQL is not handed to query() or raw() here',
        )
    if (isCall(node)) ofCall(node, parents, names, functions, put)
  })
  for (const line of found.done) found.left.delete(line)
  return found
}

type Put = (site: Node, parents: readonly Node[], ...values: (Node | null)[]) => void

/** `userId = 1` in its forms. */
function ofPair(
  node: Node,
  parents: readonly Node[],
  names: OwnerNames,
  constants: ReadonlySet<string>,
  found: Rewritten,
  put: Put,
): void {
  const fields = {
    VariableDeclarator: ['id', 'init'],
    AssignmentPattern: ['left', 'right'],
    AssignmentExpression: ['left', 'right'],
    LogicalExpression: ['left', 'right'],
    BinaryExpression: ['left', 'right'],
  }[node.type]
  if (!fields) return
  const target = child(node, fields[0]!)
  const name = nameOf(target) ?? nameOf(child(target, 'property'))
  if (!name || !names.isOwner(name)) return
  // The constant itself: what uses it is rewritten.
  const declared = [node, ...parents].find(({ type }) => type === 'VariableDeclarator')
  const outside = !parents.some(({ type }) => FUNCTION.test(type))
  if (outside && declared && constants.has(nameOf(child(declared, 'id')) ?? '')) {
    found.done.add(node.loc.start.line)
    return
  }
  put(node, parents, child(node, fields[1]!))
}

/** `where('user_id', 1)`, `findByPk(1)`, and others' parameters by their name. */
function ofCall(
  call: Node,
  parents: readonly Node[],
  names: OwnerNames,
  functions: Functions,
  put: Put,
): void {
  const given = children(call, 'arguments')
  const [first, ...rest] = given
  const column = textOf(first ?? null) ?? nameOf(child(first ?? null, 'property'))
  if (
    column &&
    !/\s/.test(column) &&
    (names.isOwner(column) || (column === names.users.id && isUsers([call], names)))
  )
    put(call, parents, rest.at(-1) ?? null)
  if (/^find(ById|ByPk)$/.test(calledMember(call)?.name ?? '') && isUsers([call], names))
    put(call, parents, first ?? null)
  const called = functions.get(nameOf(child(call, 'callee')) ?? calledMember(call)?.name ?? '') ?? []
  // Of more functions of one name all must say so.
  if (called.length === 0) return
  given.forEach((one, at) => {
    if (called.every(({ parameters }) => names.isOwner(parameters[at] ?? ''))) put(call, parents, one)
  })
}

/** A use of a constant: the owner's id today, the current user's from phase 6 on. */
function used(node: Node, [parent, ...above]: readonly Node[], found: Rewritten): void {
  if (!parent || /^(Import|Export)/.test(parent.type) || above[0]?.type === 'ObjectPattern') return
  // A parameter of the same name is another.
  const isParameter = (one: Node) => children(one, 'params').some((given) => nameOf(given) === node.name)
  if ([parent, ...above].some(isParameter)) return
  const isOwnName =
    child(parent, 'id') === node ||
    (!parent.computed && (child(parent, 'property') === node || child(parent, 'key') === node))
  // `{ USER_ID }` is key and value in one.
  if (isOwnName && !(parent.shorthand && child(parent, 'value') !== null)) return
  const line = node.loc.start.line
  if (![parent, ...above].some(({ type }) => FUNCTION.test(type))) {
    if (!isExported([parent, ...above])) found.left.set(line, AT_START)
    return
  }
  if (/^(AssignmentExpression|UpdateExpression)$/.test(parent.type) && child(parent, 'right') !== node) {
    found.left.set(line, 'the name is given another value')
    return
  }
  if (calledMember(parent) === null && isCall(parent) && nameOf(child(parent, 'callee')) === 'currentUserId')
    return
  const name = node.name as string
  found.edits.push(
    instead(
      parent.shorthand ? parent : node,
      parent.shorthand ? `${name}: currentUserId(${name})` : `currentUserId(${name})`,
    ),
  )
  found.done.add(line)
}

/** `module.exports = { USER_ID }` */
const isExported = (parents: readonly Node[]) =>
  parents.some(
    (one) =>
      one.type === 'AssignmentExpression' &&
      /^(module|exports)$/.test(nameOf(rootOf(child(one, 'left'))) ?? ''),
  )
const rootOf = (node: Node | null): Node | null =>
  node?.type === 'MemberExpression' ? rootOf(child(node, 'object')) : node
const isText = (node: Node) => node.type === 'StringLiteral' || node.type === 'TemplateLiteral'

/** Whether the nearest call is about the table of users, or a model of it. */
function isUsers(nodes: readonly Node[], names: OwnerNames): boolean {
  const call = nodes.find(isCall)
  const starts = (node: Node | null): boolean => {
    if (!node) return false
    if (isCall(node)) {
      const member = calledMember(node)
      return (
        textOf(children(node, 'arguments')[0] ?? null) === names.users.table || starts(member?.of ?? null)
      )
    }
    const name = nameOf(node.type === 'MemberExpression' ? child(node, 'property') : node)
    return name !== null && /^[A-Z]/.test(name) && names.isUsers(name)
  }
  return starts(calledMember(call ?? ({} as Node))?.of ?? null)
}
