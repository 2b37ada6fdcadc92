import { createRequire } from 'node:module'

/** A node of a syntax tree of PostgreSQL: its kind, such as `SelectStmt`, with its fields. */
export type PgNode = { [field: string]: unknown }

interface Parser {
  parse(sql: string): Promise<PgNode>
  parsePlPgSQL(sql: string): Promise<PgNode>
}

/** Loads libpg-query. Only the commands load it. As a module of its own it cannot be imported by Node. */
export const loadPgParser = () => createRequire(import.meta.url)('@libpg-query/parser') as Parser

/** Calls `visit` with each node whose kind fits, outer before inner. */
export function eachNode(tree: unknown, kinds: RegExp, visit: (kind: string, node: PgNode) => void): void {
  if (typeof tree !== 'object' || tree === null) return
  for (const [kind, value] of Object.entries(tree)) {
    if (kinds.test(kind) && typeof value === 'object' && value !== null) visit(kind, value as PgNode)
    eachNode(value, kinds, visit)
  }
}

export const aliasOf = ({ alias, relname }: PgNode) =>
  String((alias as PgNode | undefined)?.aliasname ?? relname)

export const lastNameIn = (names: unknown): string => textIn((names as unknown[] | undefined)?.at(-1)) ?? ''

export const textIn = (node: unknown) =>
  (node as { String?: { sval: string } } | undefined)?.String?.sval ?? null

export const fieldsOf = (node: unknown) =>
  (node as { ColumnRef?: { fields: PgNode[] } } | undefined)?.ColumnRef?.fields ?? []
