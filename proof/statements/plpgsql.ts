import { q } from '../../src/database/quoted.js'
import { isWord, meaningOf, nameOf } from '../../src/sql/meaning.js'
import type { Token } from '../../src/sql/tokens.js'
import type { AppFunction } from './functions.js'
import { type Samples, sampleOf } from './samples.js'
import { eachNode, loadPgParser, type PgNode } from './syntax-tree.js'

/** One statement of a function's body, in a function of its own with the same variables. */
export interface BodyProbe {
  /** the line of the body */
  line: number
  text: string
  /** makes `pg_temp.usertwo_probe` */
  create: string
  call: string
}

export interface Body {
  probes: BodyProbe[]
  /** lines that run a text which the function puts together: no one can plan it beforehand */
  dynamic: number[]
  /** variables that are a row of a table, with its name */
  rows: Map<string, string>
}

interface Expr {
  PLpgSQL_expr: { query: string }
}

const LOOPS = 'usertwo_row'
/** The variables that PostgreSQL gives a trigger function, besides its two rows. */
const OF_TRIGGERS =
  "tg_op text := 'UPDATE'; tg_name name; tg_when text; tg_level text; tg_relid oid; tg_relname name; tg_table_name name; tg_table_schema name; tg_nargs integer := 0; tg_argv text[];"

/**
 * Takes the body of a PL/pgSQL function apart, so that each of its statements is planned and run, whatever branch it is
 * in.
 *
 * @param table the table whose write calls it; absent: it is not a trigger function
 * @throws Error if the body cannot be parsed
 */
export async function bodyOf(from: AppFunction, samples: Samples, table?: string): Promise<Body> {
  const { plpgsql_funcs } = (await loadPgParser().parsePlPgSQL(from.definition)) as {
    plpgsql_funcs: { PLpgSQL_function: { datums: PgNode[]; action: PgNode } }[]
  }
  const { datums, action } = plpgsql_funcs[0]!.PLpgSQL_function
  const shell = shellOf(from, variablesIn(datums), samples, table)
  const body: Body = { probes: [], dynamic: [], rows: rowsIn(datums, table) }
  const seen = new Set<string>()
  const records = new Map<string, string>()
  eachNode(action, /^PLpgSQL_stmt_/, (kind, statement) => {
    const line = Number(statement.lineno ?? 0)
    if (/^PLpgSQL_stmt_dyn/.test(kind) || 'dynquery' in statement) body.dynamic.push(line)
    for (const { text, code } of statementsOf(kind, statement)) {
      if (seen.has(code)) continue
      seen.add(code)
      const names = meaningOf(text).map(nameOf)
      const fill = names.some((name) => name !== null && records.has(name))
        ? [...records.values()].join(' ')
        : ''
      body.probes.push({ line, text, ...shell(code, fill) })
    }
    const record = recordOf(statement)
    if (record) records.set(...record)
  })
  return body
}

/**
 * Returns the record that a statement fills, with a loop that gives it the columns of the same query: after the loop it
 * has them, even if there was no row.
 */
function recordOf({ target, var: looped, sqlstmt, query }: PgNode): [name: string, fill: string] | null {
  const into = (target ?? looped) as { PLpgSQL_rec?: { refname: string } } | undefined
  const from = ((sqlstmt ?? query) as Expr | undefined)?.PLpgSQL_expr.query
  const name = into?.PLpgSQL_rec?.refname
  return name === undefined || from === undefined
    ? null
    : [name, `for ${q(name)} in ${from} loop exit; end loop;`]
}

/** Returns what of a statement is SQL, and that as a statement of PL/pgSQL that can stand alone. */
function statementsOf(kind: string, statement: PgNode): { text: string; code: string }[] {
  const sql = (field: string) => (statement[field] as Expr | undefined)?.PLpgSQL_expr?.query
  const given = (text: string | undefined, code: (text: string) => string) =>
    text === undefined ? [] : [{ text: text.trim(), code: code(text) }]
  const looped = (query: string) => `for ${LOOPS} in ${query} loop null; end loop;`
  const alone = (query: string) => `${query};`
  switch (kind) {
    case 'PLpgSQL_stmt_execsql': {
      const query = sql('sqlstmt')
      const hasRows = statement.into || isWord(meaningOf(query ?? '')[0], 'select')
      return given(query, hasRows ? looped : alone)
    }
    case 'PLpgSQL_stmt_return_query':
      return given(sql('query'), (query) => `return query ${query};`)
    case 'PLpgSQL_stmt_fors':
    case 'PLpgSQL_stmt_open':
      return given(sql('query'), looped)
    case 'PLpgSQL_stmt_perform':
    case 'PLpgSQL_stmt_call':
      return given(sql('expr'), (query) => looped(query.replace(/^\s*call\b/i, 'select')))
    case 'PLpgSQL_stmt_assign':
      return readsRows(sql('expr')) ? given(sql('expr'), alone) : []
    default:
      // Conditions, returned values and the like.
      return Object.keys(statement).flatMap((field) =>
        readsRows(sql(field)) ? given(sql(field), (query) => `perform ${query};`) : [],
      )
  }
}

function readsRows(query: string | undefined): query is string {
  const tokens = meaningOf(query ?? '')
  return tokens.some((token, at) => isWord(token, 'select') || (token.text === '::' && isRow(tokens, at - 1)))
}

/** Whether the bracket that closes at a place is a row of several values: `row(1, 'a')`, `(1, 'a')`. */
function isRow(tokens: readonly Token[], end: number): boolean {
  let depth = 0
  let isList = false
  for (let at = end; at >= 0; at--) {
    const { kind, text } = tokens[at]!
    if (kind === 'mark' && text === ')') depth++
    if (kind === 'mark' && text === ',' && depth === 1) isList = true
    if (kind === 'mark' && text === '(') depth--
    if (depth > 0) continue
    const before = tokens[at - 1]
    return isList && (nameOf(before) === null || isWord(before, 'row'))
  }
  return false
}

/** Returns the declarations of a body's variables. A name that is declared twice is declared as the last. */
function variablesIn(datums: readonly PgNode[]): string[] {
  const declared = new Map<string, string>()
  for (const datum of datums)
    for (const [kind, value] of Object.entries(datum)) {
      const { refname, lineno, datatype } = value as PgNode & { refname?: string }
      if (refname === undefined || lineno === undefined || refname.startsWith('(')) continue
      const type = (datatype as { PLpgSQL_type?: { typname: string } } | undefined)?.PLpgSQL_type?.typname
      if (kind === 'PLpgSQL_rec') declared.set(refname, 'record')
      else if (type) declared.set(refname, type)
    }
  return [...declared].map(([name, type]) => `${q(name)} ${type};`)
}

/** @param table whose row the names `new` and `old` are */
function rowsIn(datums: readonly PgNode[], table: string | undefined): Map<string, string> {
  const rows = new Map<string, string>()
  if (table !== undefined) for (const name of ['new', 'old']) rows.set(name, unquoted(table))
  for (const datum of datums)
    for (const value of Object.values(datum)) {
      const { refname, datatype } = value as PgNode & { refname?: string }
      const type = (datatype as { PLpgSQL_type?: { typname: string } } | undefined)?.PLpgSQL_type?.typname
      // Of any other type there is no table.
      if (refname !== undefined && type !== undefined)
        rows.set(refname, unquoted(type.replace(/\s*%\s*rowtype$/i, '')))
    }
  return rows
}

const unquoted = (name: string) => name.replaceAll('"', '')

function shellOf(
  { body, parameters, result, given, isSet, settings }: AppFunction,
  variables: readonly string[],
  samples: Samples,
  table: string | undefined,
) {
  const directive = /^\s*(#[^\n]*)/.exec(body)?.[1] ?? ''
  const rows = table ? `new ${table}%rowtype; old ${table}%rowtype; ${OF_TRIGGERS}` : ''
  const fill = table ? `select * into new from ${table} limit 1; old := new;` : ''
  const returns = table || result === null ? 'void' : result
  const sets = settings.map((one) => `set ${one.replace('=', ' to ')}`).join(' ')
  return (code: string, records: string): Pick<BodyProbe, 'create' | 'call'> => {
    const source = `${directive}\ndeclare ${LOOPS} record; ${rows} ${variables.join(' ')}\nbegin ${fill} ${records} ${code}\nend`
    const values = given.map((type) => sampleOf(type, code, samples)).join(', ')
    return {
      create: `create function pg_temp.usertwo_probe(${table ? '' : parameters}) returns ${returns} language plpgsql ${sets} as $usertwo$${source}$usertwo$`,
      call: `select ${isSet ? '* from ' : ''}pg_temp.usertwo_probe(${table ? '' : values})`,
    }
  }
}
