import { isFileOf } from '../syntax/linked-packages.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { ownerIdsInSql } from './owner-ids-in-sql.js'
import type { OwnerNames } from './owner-names.js'

/** A place in the app's code, with what was found there. */
export interface Site {
  /** file:line */
  at: string
  what: string
}

type Note = (node: Node, what: string) => void
/** Maps function names to the names of their parameters, in every file that declares such a function. */
export type Functions = Map<string, { file: string; parameters: (string | null)[] }[]>

/**
 * Finds the places where the server's code names the owner: the owner's id as the value of an owner column,
 * of a parameter or variable named like one, of `users.id`, or in SQL text; and inserts of the owner's row.
 */
export function findOwnerIds(sources: readonly Source[], names: OwnerNames): Site[] {
  const functions = functionsOf(sources)
  return sources.flatMap((source) => {
    const found = new Map<string, Site>()
    const note: Note = (node, what) => {
      const at = locate(source.file, node)
      if (!found.has(at)) found.set(at, { at, what })
    }
    traverse(source.tree, (node) => {
      inData(node, names, note)
      inSql(node, names, note)
      if (!isCall(node)) return
      inCondition(node, names, note)
      inArguments(node, source, functions, names, note)
      inParameters(node, names, note)
      ofUsers(node, names, note)
    })
    return [...found.values()]
  })
}

/** Finds `{ user_id: 1 }`, `const userId = 1`, `userId = 1` as a default, `req.userId ?? 1`. */
function inData(node: Node, names: OwnerNames, note: Note): void {
  for (const { key, value, at } of propertiesOf(node)) {
    if (!names.isOwner(key)) continue
    if (names.isOwnerId(value)) note(at, `${key}: ${names.id}`)
    else if (isDefault(value, names)) note(at, `${key}: ${names.id} by default`)
  }
  const pair: Record<string, [target: string, value: string]> = {
    VariableDeclarator: ['id', 'init'],
    AssignmentPattern: ['left', 'right'],
    AssignmentExpression: ['left', 'right'],
    LogicalExpression: ['left', 'right'],
    BinaryExpression: ['left', 'right'],
  }
  const fields = pair[node.type]
  if (!fields) return
  const target = child(node, fields[0])
  const name = nameOf(target) ?? nameOf(child(target, 'property'))
  if (name && names.isOwner(name) && names.isOwnerId(child(node, fields[1])))
    note(node, `${name} is ${names.id}`)
}

/**
 * Returns whether the owner's id is the default of a model's column: `{ defaultValue: 1 }` of Sequelize,
 * `integer('user_id').$default(() => 1)` of Drizzle.
 */
function isDefault(value: Node | null, names: OwnerNames): boolean {
  const isId = (node: Node | null) =>
    names.isOwnerId(node?.type === 'ArrowFunctionExpression' ? child(node, 'body') : node)
  if (propertiesOf(value).some(({ key, value: given }) => /^default(Value)?$/.test(key) && isId(given)))
    return true
  const member = value && isCall(value) ? calledMember(value) : null
  if (!value || !member) return false
  const [given] = children(value, 'arguments')
  return (/^\$?default(Fn)?$/.test(member.name) && isId(given ?? null)) || isDefault(member.of, names)
}

/** Finds `where('user_id', 1)`, `.andWhere('t.user_id', '=', 1)`, `eq(threads.user_id, 1)`. */
function inCondition(call: Node, names: OwnerNames, note: Note): void {
  const [first, ...rest] = children(call, 'arguments')
  const column = textOf(first ?? null) ?? nameOf(child(first ?? null, 'property'))
  if (column && !/\s/.test(column) && names.isOwner(column) && names.isOwnerId(rest.at(-1) ?? null))
    note(call, `${column} = ${names.id}`)
}

/** Finds `startSession(1)` if the function's parameter is called `userId`. */
function inArguments(call: Node, source: Source, functions: Functions, names: OwnerNames, note: Note): void {
  const given = children(call, 'arguments')
  if (!given.some((one) => names.isOwnerId(one))) return
  const member = calledMember(call)
  const local = nameOf(child(call, 'callee')) ?? member?.name
  if (!local) return
  const origin = source.imports.get(member ? (nameOf(member.of) ?? '') : local)
  const name =
    member || !origin || origin.imported === '*' || origin.imported === 'default' ? local : origin.imported
  const known = functions.get(name) ?? []
  const there = known.filter((one) => (origin?.file ? isFileOf(origin.file, one) : one.file === source.file))
  for (const { parameters } of there.length ? there : known)
    given.forEach((one, at) => {
      const parameter = parameters[at]
      if (parameter && names.isOwner(parameter) && names.isOwnerId(one))
        note(call, `${name}(${names.id}): ${parameter} is ${names.id}`)
    })
}

/**
 * Finds reads of the owner's own row, `users where id = 1`, `User.findByPk(1)`, and inserts of a fixed user.
 */
function ofUsers(call: Node, names: OwnerNames, note: Note): void {
  const member = calledMember(call)
  if (!member || !startsAtUsers(member.of, names)) return
  const [first, second] = children(call, 'arguments')
  const where = propertiesOf(first ?? null).find(({ key }) => key === 'where')?.value ?? first ?? null
  const table = names.users.table
  const byId = propertiesOf(where).some(({ key, value }) => key === names.users.id && names.isOwnerId(value))
  const byPair = textOf(first ?? null) === names.users.id && names.isOwnerId(second ?? null)
  const byKey = /^find(ById|ByPk)/.test(member.name) && names.isOwnerId(first ?? null)
  if (byId || byPair || byKey) note(call, `${table}.${names.users.id} ${names.id}`)
  else if (/^(insert|create|upsert|findOrCreate)$/.test(member.name)) {
    const named = propertiesOf(first ?? null).find(({ value }) => textOf(value) !== null)
    if (named) note(call, `makes a user by itself: ${named.key} ${JSON.stringify(textOf(named.value))}`)
  }
}

function startsAtUsers(node: Node, names: OwnerNames): boolean {
  if (isCall(node)) {
    const table = textOf(children(node, 'arguments')[0] ?? null)
    const member = calledMember(node)
    if (table === names.users.table && (!member || /^(from|into|table)$/.test(member.name))) return true
    return member ? startsAtUsers(member.of, names) : false
  }
  const name = nameOf(node.type === 'MemberExpression' ? child(node, 'property') : node)
  return name !== null && /^[A-Z]/.test(name) && names.isUsers(name)
}

/** Finds `where user_id = 1` in SQL text, and all other forms that `ownerIdsInSql` finds. */
function inSql(node: Node, names: OwnerNames, note: Note): void {
  const sql = templateOf(node, '?')
  if (sql !== null) for (const what of ownerIdsInSql(sql, names)) note(node, `SQL: ${what}`)
}

/**
 * Finds the owner's id among bound parameters: `query('… where user_id = $1', [1])`, `raw('… user_id = ?',
 * [1])`.
 */
function inParameters(call: Node, names: OwnerNames, note: Note): void {
  const [text, list] = children(call, 'arguments')
  const sql = templateOf(text ?? null)
  if (sql === null || list?.type !== 'ArrayExpression') return
  const given = children(list, 'elements')
  let next = 0
  const filled = sql.replace(/\$(\d+)|\?/g, (hole, number?: string) => {
    const value = given[number === undefined ? next++ : Number(number) - 1] ?? null
    return names.isOwnerId(value) ? `'${names.id}'` : hole
  })
  if (filled !== sql) for (const what of ownerIdsInSql(filled, names)) note(call, `SQL: ${what}`)
}

const FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|ClassMethod)$/

export function functionsOf(sources: readonly Source[]): Functions {
  const found: Functions = new Map()
  for (const { file, tree } of sources)
    traverse(tree, (node, [parent]) => {
      if (!FUNCTION.test(node.type)) return
      const outer = /^(VariableDeclarator|ObjectProperty|AssignmentExpression)$/.test(parent?.type ?? '')
        ? parent!
        : null
      const target = outer && (child(outer, 'id') ?? child(outer, 'key') ?? child(outer, 'left'))
      const name =
        nameOf(child(node, 'id')) ??
        nameOf(child(node, 'key')) ??
        nameOf(target) ??
        nameOf(child(target, 'property'))
      if (!name) return
      const parameters = children(node, 'params').map((one) => nameOf(one) ?? nameOf(child(one, 'left')))
      found.set(name, [...(found.get(name) ?? []), { file, parameters }])
    })
  return found
}
