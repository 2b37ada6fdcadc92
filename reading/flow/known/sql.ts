import { tableName } from '../../schema/schema-in-sql.js'
import { inText } from '../conditions.js'
import type { QueryValue, Value } from '../values.js'
import { givenInText } from './given.js'

const NAME = String.raw`((?:"?\w+"?\.)?"?[a-z_]\w*"?)`
/** What ends the list of tables behind `from`: the lists further on are of columns. */
const BEHIND_TABLES = String.raw`\b(?:where|group|having|window|order|limit|offset|fetch|for|returning|union|intersect|except)\b`
const NAMED = [
  new RegExp(String.raw`\b(?:from|join|using)\s+(?:only\s+|lateral\s+)?${NAME}(?!\w|\s*[.(])`, 'gi'),
  new RegExp(
    String.raw`(?<!distinct\s)\bfrom\s+(?:(?!${BEHIND_TABLES})[^()])*?,\s*${NAME}(?!\w|\s*[.(])`,
    'gi',
  ),
  new RegExp(
    String.raw`\b(?:insert\s+into|(?<!do\s|for\s|key\s)update|truncate(?:\s+table)?)\s+(?:only\s+)?${NAME}`,
    'gi',
  ),
  new RegExp(String.raw`^\s*(?:table|copy)\s+${NAME}`, 'gi'),
]
const NO_TABLE =
  /^(?:select|set|where|unnest|generate_series|lateral|values|only|now|json\w*|pg_\w+|information_schema|dual|table|skip|of|stdin)$/i
const UNKNOWN =
  /\b(?:from|join|insert\s+into|delete\s+from|^\s*update|truncate(?:\s+table)?)\s+(?:only\s+)?["(]?(?:\?|\$\d|\$[<{(/])/im
const STATEMENT =
  /^[\s(]*(?:with\s|select\s|insert\s+into|update\s|delete\s+from|truncate\s|table\s+\w+\s*;?$|merge\s+into)/i

const COPY = new RegExp(
  String.raw`^\s*copy\s+${NAME}\s*(?:\([^)]*\)\s*)?(from|to)\s+(?:stdin|stdout|program|')`,
  'i',
)
const COPIED_QUERY = /^\s*copy\s*\(([\s\S]*)\)\s*to\s+(?:stdout|program|')/i

/** Returns whether a text is a SQL statement that reads or writes rows. */
export const isStatement = (sql: string) => {
  const plain = withoutComments(sql)
  return STATEMENT.test(plain) || isCopy(plain)
}

/** Whether a statement moves rows from or to a file. */
export const isCopy = (text: string): boolean => COPY.test(text) || copiedQuery(text) !== null

/** Returns the query whose rows a statement copies to a file; null: it copies a table, or nothing. */
export const copiedQuery = (text: string): string | null => COPIED_QUERY.exec(text)?.[1] ?? null

/** Returns the table that a statement fills from a file; null: it fills none. */
export function copiedInto(sql: string): string | null {
  const [, name, direction] = COPY.exec(withoutComments(sql)) ?? []
  return name !== undefined && /^from$/i.test(direction!) ? tableName(name) : null
}

const withoutComments = (sql: string) => sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')

/** Reads a statement: its tables, its conditions, and whether it changes rows. */
export function readStatement(sql: string, values: readonly Value[]): Partial<QueryValue> {
  const plain = withoutComments(sql)
  // String literals and `extract(day from x)` do not name tables.
  const bare = plain.replace(
    /'[^']*'|\b(?:extract|substring|trim)\s*\([^)]*\)|\bis\s+(?:not\s+)?distinct\s+from\b/gi,
    '',
  )
  const made = new Set(
    [
      ...bare.matchAll(
        /(?:\bwith\s+(?:recursive\s+)?|,\s*)"?(\w+)"?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(/gi,
      ),
    ].map(([, name]) => name!.toLowerCase()),
  )
  const names = NAMED.flatMap((pattern) => [...bare.matchAll(pattern)].map(([, name]) => name!))
    .filter((name) => !/^"?(?:pg_catalog|information_schema)"?\./i.test(name))
    .map(tableName)
    .filter((name) => !NO_TABLE.test(name) && !made.has(name.toLowerCase()))
  return {
    sql: plain,
    tables: new Set(names),
    conditions: inText(plain, values),
    given: givenInText(plain, values),
    writes:
      copiedInto(plain) !== null ||
      /\b(?:insert\s+into|update|delete\s+from|truncate|merge\s+into)\b/i.test(bare),
    adds: copiedInto(plain) !== null || (/^\s*insert\b/i.test(bare) && !/\b(?:select|update)\b/i.test(bare)),
    astray: UNKNOWN.test(bare),
  }
}
