import { type Config, isOwned } from '../../src/config/config.js'
import { tableName } from '../schema/schema-in-sql.js'
import { isFileOf } from '../syntax/linked-packages.js'
import { isNarrowed } from '../syntax/narrowed.js'
import type { Source } from '../syntax/sources.js'
import { enclosingStatement } from '../syntax/statement.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { asksForOwner } from './asks-for-owner.js'
import type { Site } from './owner-ids.js'
import type { OwnerNames } from './owner-names.js'

const NAMES_A_TABLE = /^(from|into|table|join|(left|right|inner|full)?(Outer)?Join)$/

/**
 * Calls that are not query builders: `require`, the validators of express-validator, `body('authors')`, and
 * decorators, `@Entity('authors')`.
 */
const NO_BUILDER = /^(?:require|body|check|param|query|header|cookie|pgTable|pgView|[A-Z]\w*)$/

/** Queries on owned tables without a condition on the owner, as `findImplicitOwner` sorts them. */
export interface ImplicitOwner {
  /** no condition on the owner: the query reads, changes or adds rows of every user */
  everybody: Site[]
  /** narrowed by the key of a row that was found before: isolated as soon as that row is */
  byParent: Site[]
}

/**
 * Finds the places where the server's code assumes a single user: queries on a table that will have an owner
 * without a condition on it, and calls of functions that pick one row of all users' rows. A builder that is
 * narrowed in another function is listed too: the result is a list to read, not a verdict.
 */
export function findImplicitOwner(
  sources: readonly Source[],
  config: Config,
  names: OwnerNames,
): ImplicitOwner {
  const owned = new Map(Object.entries(config.tables).filter(([, table]) => isOwned(table)))
  const [everybody, byParent] = [new Map<string, Site>(), new Map<string, Site>()]
  const pickers = new Map<string, { file: string; table: string }>()
  const note = (sites: Map<string, Site>, file: string, node: Node, what: string) => {
    const at = locate(file, node)
    sites.set(`${at} ${what}`, { at, what })
  }
  for (const { file, tree } of sources)
    traverse(tree, (node, parents) => {
      for (const { key, value, at } of propertiesOf(node))
        if (names.isOwner(key) && isFallback(value, names))
          note(everybody, file, at, `${key} as some row says, else as another`)
      const table = builderTable(node)
      const chain = chainOf(node, parents)
      if (table && owned.has(table) && !speaksOfOwner(chain, names)) {
        const narrowed = isNarrowed(chain, parents, names, table)
        note(
          narrowed ? byParent : everybody,
          file,
          node,
          `${table} ${narrowed ? 'by its parent' : 'for everybody'}`,
        )
        const name = functionName(parents)
        const entry = owned.get(table)
        if (name && entry && !('perUser' in entry && entry.perUser) && picksOne(chain))
          pickers.set(name, { file, table })
      }
      const sql = enclosingStatement(node, parents)
      if (sql === null || !/\b(select|update|delete)\b/i.test(sql)) return
      for (const [, written] of sql.matchAll(/\b(?:from|join|update)\s+("?\w+"?)/gi)) {
        const name = tableName(written!)
        if (owned.has(name) && !asksForOwner(sql, names))
          note(everybody, file, node, `SQL: ${name} for everybody`)
      }
    })
  for (const { file, tree, imports } of sources)
    traverse(tree, (node) => {
      const name = isCall(node) ? nameOf(child(node, 'callee')) : null
      const picker = name && pickers.get(imports.get(name)?.imported ?? name)
      if (!picker) return
      const from = imports.get(name)?.file
      if (from ? isFileOf(from, picker) : file === picker.file)
        note(everybody, file, node, `${name}(): one of everybody's ${picker.table}`)
    })
  return { everybody: [...everybody.values()], byParent: [...byParent.values()] }
}

/** Returns the table a query builder starts from: `db('threads')`, `trx.from('threads')`. */
export function builderTable(node: Node): string | null {
  if (!isCall(node)) return null
  const member = calledMember(node)
  const callee = nameOf(child(node, 'callee'))
  if (member ? !NAMES_A_TABLE.test(member.name) : !callee || NO_BUILDER.test(callee)) return null
  return textOf(children(node, 'arguments')[0] ?? null)?.split(/\s+as\s+/i)[0] ?? null
}

/** Returns the outermost call of the chain a builder is part of: `db('t').where(…).first()`. */
export function chainOf(node: Node, parents: readonly Node[]): Node {
  let top = node
  for (let at = 0; at + 1 < parents.length; at += 2) {
    const [member, call] = [parents[at]!, parents[at + 1]!]
    if (child(member, 'object') !== top || child(call, 'callee') !== member) break
    top = call
  }
  return top
}

export function speaksOfOwner(chain: Node, names: OwnerNames): boolean {
  let found = false
  traverse(chain, (node) => {
    const word = node.type === 'Identifier' ? nameOf(node) : textOf(node)
    if (word && names.isOwner(word)) found = true
  })
  return found
}

const FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/

/** Returns the name of the nearest function around a node, or null. */
function functionName(parents: readonly Node[]): string | null {
  const at = parents.findIndex(({ type }) => FUNCTION.test(type))
  if (at < 0) return null
  const outer = parents[at + 1]
  return (
    nameOf(child(parents[at]!, 'id')) ??
    (outer?.type === 'VariableDeclarator' ? nameOf(child(outer, 'id')) : null)
  )
}

/** Returns whether a chain picks one row of all users' rows: `….orderBy(…).first()` without a key. */
function picksOne(chain: Node): boolean {
  let [first, keyed] = [false, false]
  traverse(chain, (node) => {
    const name = isCall(node) ? calledMember(node)?.name : null
    if (name === 'first') first = true
    if (
      name === 'where' &&
      propertiesOf(children(node, 'arguments')[0] ?? null).some(({ key }) => /(^|_)id$/i.test(key))
    )
      keyed = true
  })
  return first && !keyed
}

/**
 * Returns whether a value falls back from one owner column to another: `state.user_id ?? session.user_id`.
 */
function isFallback(value: Node | null, names: OwnerNames): boolean {
  if (value?.type !== 'LogicalExpression') return false
  return ['left', 'right'].every((side) => {
    const name = nameOf(child(child(value, side), 'property'))
    return name !== null && names.isOwner(name)
  })
}
