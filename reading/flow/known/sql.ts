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
  new RegExp(String.raw`^\s*table\s+${NAME}`, 'gi'),
]
const NO_TABLE =
  /^(?:select|set|where|unnest|generate_series|lateral|values|only|now|json\w*|pg_\w+|information_schema|dual|table|skip|of)$/i
const UNKNOWN =
  /\b(?:from|join|insert\s+into|delete\s+from|^\s*update|truncate(?:\s+table)?)\s+(?:only\s+)?["(]?(?:\?|\$\d|\$[<{(/])/im
const STATEMENT =
  /^[\s(]*(?:with\s|select\s|insert\s+into|update\s|delete\s+from|truncate\s|table\s+\w+\s*;?$|merge\s+into)/i

/** Returns whether a text is a SQL statement that reads or writes rows. */
export const isStatement = (sql: string) => STATEMENT.test(withoutComments(sql))

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
    writes: /\b(?:insert\s+into|update|delete\s+from|truncate|merge\s+into)\b/i.test(bare),
    adds: /^\s*insert\b/i.test(bare) && !/\b(?:select|update)\b/i.test(bare),
    astray: UNKNOWN.test(bare),
  }
}
