import { enclosingStatement } from '../../../reading/syntax/statement.js'
import { type Rule, SERVER } from './rule.js'

/** Columns and functions that count or measure whole tables. */
const TOTAL =
  /\b(reltuples|relpages|n_live_tup|n_dead_tup|n_tup_(?:ins|upd|del)|pg_(?:total_)?relation_size|pg_table_size|pg_indexes_size)\b/i

/** A query asks the server how large a table is, which row-level security does not change. */
export const serverStatistics: Rule = {
  kind: 'server-statistics',
  where: SERVER,
  look(node, parents) {
    const [, total] = TOTAL.exec(enclosingStatement(node, parents) ?? '') ?? []
    return total === undefined ? null : `SQL: ${total.toLowerCase()} is of the rows of all users`
  },
}
