import { type Config, isOwned } from '../../core/config.js'
import type { Site } from './owner-ids.js'
import type { OwnerNames } from './owner-names.js'
import type { Source } from './sources.js'
import {
  calledMember,
  child,
  children,
  isCall,
  lineOf,
  type Node,
  nameOf,
  templateOf,
  textOf,
  walk,
} from './syntax.js'

const NAMES_A_TABLE = /^(from|into|table|join|(left|right|inner|full)?(Outer)?Join)$/

/**
 * Where the server's code takes it for granted that there is one user: queries on a table that will have an owner
 * without a word of it. A builder that is narrowed in another function is listed too: it is a list to read, not a
 * verdict.
 */
export function implicitOwner(sources: readonly Source[], config: Config, names: OwnerNames): Site[] {
  const owned = new Set(
    Object.entries(config.tables).flatMap(([name, table]) => (isOwned(table) ? [name] : [])),
  )
  return sources.flatMap(({ file, tree }) => {
    const found = new Map<string, Site>()
    const note = (node: Node, what: string) => {
      const at = `${file}:${lineOf(node)}`
      found.set(`${at} ${what}`, { at, what })
    }
    walk(tree, (node, parents) => {
      const table = builderTable(node)
      if (table && owned.has(table) && !speaksOfOwner(chainOf(node, parents), names))
        note(node, `${table} for everybody`)
      const sql = templateOf(node, '?')
      if (sql === null || !/\b(select|update|delete)\b/i.test(sql)) return
      for (const [, name] of sql.matchAll(/\b(?:from|join|update)\s+"?(\w+)"?/gi))
        if (owned.has(name!) && !sql.split(/[^\w]+/).some((word) => names.isOwner(word)))
          note(node, `SQL: ${name} for everybody`)
    })
    return [...found.values()]
  })
}

/** Locks of the database with a constant key: one person would wait for another. */
export function sharedLocks(sources: readonly Source[]): Site[] {
  return sources.flatMap(({ file, tree }) => {
    const found: Site[] = []
    walk(tree, (node) => {
      const sql = templateOf(node, '?')
      const [name] = /pg_(try_)?advisory_\w*lock/.exec(sql ?? '') ?? []
      if (name) found.push({ at: `${file}:${lineOf(node)}`, what: `${name}: one lock for everybody` })
    })
    return found
  })
}

/** The table a query builder begins at: `db('threads')`, `trx.from('threads')`. */
function builderTable(node: Node): string | null {
  if (!isCall(node)) return null
  const member = calledMember(node)
  const callee = nameOf(child(node, 'callee'))
  if (member ? !NAMES_A_TABLE.test(member.name) : !callee || callee === 'require') return null
  return textOf(children(node, 'arguments')[0] ?? null)?.split(/\s+as\s+/i)[0] ?? null
}

/** The whole chain of calls a builder is part of: `db('t').where(…).first()`. */
function chainOf(node: Node, parents: readonly Node[]): Node {
  let top = node
  for (let at = 0; at + 1 < parents.length; at += 2) {
    const [member, call] = [parents[at]!, parents[at + 1]!]
    if (child(member, 'object') !== top || child(call, 'callee') !== member) break
    top = call
  }
  return top
}

function speaksOfOwner(chain: Node, names: OwnerNames): boolean {
  let found = false
  walk(chain, (node) => {
    const word = node.type === 'Identifier' ? nameOf(node) : textOf(node)
    if (word && names.isOwner(word)) found = true
  })
  return found
}
