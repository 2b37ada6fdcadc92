import type { Removal } from './without.js'

/** The decisions the fuzz must miss when they are gone, one at a time. */
export const REMOVALS: readonly Removal[] = [
  {
    what: 'the parentheses around the app’s conditions',
    file: 'predicate.ts',
    from: 'if (predicates.length > 0 && needsParentheses(app)) return',
    to: 'if (predicates.length < 0) return',
  },
  {
    what: 'the predicate on FROM',
    file: 'joins.ts',
    from: 'else where.own.push(...from.map((table) => ownRows(frame, table)))',
    to: '',
  },
  {
    what: 'the predicate in ON',
    file: 'joins.ts',
    from: '[wrapped, ...tables.map((table) => ownRowsOn(frame, table))]',
    to: '[wrapped]',
  },
  {
    what: 'the parentheses around ON',
    file: 'joins.ts',
    from: '[wrapped, ...tables',
    to: '[...clauses, ...tables',
  },
  {
    what: 'ON as the place of a joined table’s predicate',
    file: 'joins.ts',
    from: 'if (using || clauses.length === 0) {',
    to: 'if (true) {',
  },
  {
    what: 'narrowed tables for right and full joins',
    file: 'joins.ts',
    from: 'const narrow = showsUnmatched(compiler, joins)',
    to: 'const narrow = false',
  },
  {
    what: 'narrowed tables for a left join with USING',
    file: 'joins.ts',
    from: 'if (narrow || (using && !inner)) {',
    to: 'if (narrow) {',
  },
  {
    what: 'a delete’s ON inside the parentheses',
    file: 'joins.ts',
    from: "if (compiler.method === 'del') {",
    to: 'if (false) {',
  },
  {
    what: 'the tables of a delete’s USING',
    file: 'statement.ts',
    from: "method === 'del' ? single.using : undefined",
    to: 'undefined',
  },
  {
    what: 'the tables of an update’s FROM',
    file: 'statement.ts',
    from: "method === 'update' ? single.updateFrom : undefined",
    to: 'undefined',
  },
  {
    what: 'the order of CTEs',
    file: 'cte.ts',
    from: 'frame.ctes = new Set(seen)',
    to: '',
  },
  {
    what: 'the names of CTEs',
    file: 'tables.ts',
    from: '&& frame.ctes.has(name.name)',
    to: '&& false',
  },
  {
    what: 'the table behind the CTE of its name, as the target of a write',
    file: 'statement.ts',
    from: 'ctes: !isWrite',
    to: 'ctes: true',
  },
  {
    what: 'the guard of DO UPDATE',
    file: 'statement.ts',
    from: 'return [ownRows(frame, target)]',
    to: 'return []',
  },
  {
    what: 'the stamp of inserts',
    file: 'stamp.ts',
    from: 'stamped[table.owner!] = frame.me',
    to: '',
  },
  {
    what: 'the stamp of updates',
    file: 'stamp.ts',
    from: '  return frame.me\n',
    to: '  return value\n',
  },
  {
    what: 'the owner of insert … select',
    file: 'insert-select.ts',
    from: "i === at ? '?' : column",
    to: "i === at ? '(? + 1)' : column",
  },
  {
    what: 'the current user for the owner literal',
    file: 'owner-literal.ts',
    from: 'return isOwnerLiteral(frame, value) || isOwnerLiteral(frame, rawValue(value))',
    to: 'return false',
  },
  {
    what: 'the owner literal in raw values',
    file: 'owner-literal.ts',
    from: ' || isOwnerLiteral(frame, rawValue(value))',
    to: '',
  },
  {
    what: 'the owner columns of sub-queries and CTEs',
    file: 'owner-literal.ts',
    from: 'return table.derived ? isOwnerName : table.owner === name',
    to: 'return table.owner === name',
  },
  {
    what: 'the owner literal in groups of ON',
    file: 'owner-literal.ts',
    from: "if (statement.type === 'onWrapped') return wrappedOn(frame, statement)",
    to: '',
  },
  {
    what: 'the owner literal in HAVING',
    file: 'statement.ts',
    from: 'grouped.having = grouped.having.map((statement) => forCurrentUser(frame, statement))',
    to: 'grouped.having = grouped.having',
  },
]
