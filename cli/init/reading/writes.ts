import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, templateOf, textOf } from '../../../reading/syntax/syntax.js'
import { children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'

const CHANGES = /^(?:insert|update|del|delete|upsert|increment|decrement|truncate|batchInsert)$/
/** Names that only a builder of queries has; `update` and `delete` are also those of a hash, a map and a router. */
const ONLY_CHANGES = /^(?:insert|upsert|batchInsert|truncate)$/
const ADDS = /^(?:insert|upsert|batchInsert|insertInto|replaceInto|mergeInto)$/
/** Kysely, which begins with what it changes. */
const NAMES_FIRST = /^(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)$/
/** They write through models: `setting.save()`, and a nested `create`, name no table. */
const BY_MODELS =
  /^(?:@prisma\/client|sequelize|sequelize-typescript|typeorm|drizzle-orm|objection|bookshelf|massive|@mikro-orm)(?:\/|$)/

/**
 * Where the sources change rows, by table; under `null` where the table is computed, or not known.
 * @param how `adds`: only where they add rows; default: any change
 */
export function findWrites(
  sources: readonly Source[],
  how: 'adds' | 'changes' = 'changes',
): Map<string | null, string> {
  const found = new Map<string | null, string>()
  const add = (table: string | null, at: string) => {
    if (!found.has(table)) found.set(table, at)
  }
  for (const { file, tree, imports } of sources) {
    if ([...imports.values()].some((one) => BY_MODELS.test(one.module) || one.imported === 'PrismaClient'))
      add(null, file)
    traverse(tree, (node) => {
      const at = locate(file, node)
      const sql = templateOf(node, ' ? ')
      if (sql !== null) for (const table of tablesChangedBy(sql, how)) add(table, at)
      if (!isCall(node)) return
      const member = calledMember(node)
      if (!member || (how === 'adds' && !ADDS.test(member.name))) return
      if (NAMES_FIRST.test(member.name)) add(textOf(children(node, 'arguments')[0] ?? null), at)
      if (!CHANGES.test(member.name)) return
      const table = tableOf(member.of)
      if (table !== undefined) add(table, at)
      else if (ONLY_CHANGES.test(member.name) || hasCondition(member.of)) add(null, at)
    })
  }
  return found
}

const NAME = String.raw`((?:"[^"]+"|[\w?])(?:\.|"[^"]+"|[\w?])*)`
const CHANGED = new RegExp(
  String.raw`\b(?:insert\s+into|merge\s+into|(?<!\bdo\s+)update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?${NAME}`,
  'gi',
)
const ADDED = new RegExp(String.raw`\b(?:insert|merge)\s+into\s+${NAME}`, 'gi')
const COPIED = new RegExp(String.raw`\bcopy\s+${NAME}\s*(?:\([^)]*\)\s*)?from\b`, 'gi')

/** The tables whose rows SQL changes, without their schema; null: one that is put together, as `?`. */
export const tablesChangedBy = (sql: string, how: 'adds' | 'changes' = 'changes'): (string | null)[] =>
  [...sql.matchAll(how === 'adds' ? ADDED : CHANGED), ...sql.matchAll(COPIED)].map(([, table]) =>
    table === '?' ? null : plainTable(table!),
  )

const plainTable = (name: string) => name.replaceAll('"', '').split('.').at(-1)!

/** `settings().where({ key })` */
function hasCondition(node: Node): boolean {
  const member = isCall(node) ? calledMember(node) : null
  return member !== null && (/^(?:where|andWhere|whereIn)$/.test(member.name) || hasCondition(member.of))
}

/** The table that a knex builder began with; null: computed; undefined: not a builder. */
function tableOf(node: Node): string | null | undefined {
  if (!isCall(node)) return undefined
  const member = calledMember(node)
  const [first] = children(node, 'arguments')
  const names = !member || /^(?:from|into|table)$/.test(member.name)
  const callee = nameOf(node.callee as Node)
  // `createHash('md5').update(text)`
  if (callee && /^create[A-Z]/.test(callee)) return undefined
  if (names && (member || callee)) return first ? textOf(first) : undefined
  return member ? tableOf(member.of) : undefined
}
