/** The kind of a piece of SQL text. Whitespace is not a token. */
export type TokenKind =
  /** a keyword or a name without quotes */
  | 'word'
  /** a name in double quotes, `U&"…"` too */
  | 'name'
  /** a constant in quotes of any kind: `'…'`, `e'…'`, `U&'…'`, `b'…'`, `x'…'`, `$tag$…$tag$` */
  | 'string'
  | 'number'
  /** `$1` */
  | 'parameter'
  /** including knex's `?`, because PostgreSQL has operators with question marks */
  | 'operator'
  /** `( ) [ ] , ; . .. : :: :=`, and any other sign */
  | 'mark'
  | 'comment'
  /** a string, name or comment that does not end; always the last token */
  | 'unended'

export interface Token {
  kind: TokenKind
  text: string
  /** where it begins in the text, in UTF-16 units */
  start: number
  end: number
}

const SPACE = /[ \t\n\r\f\v]+/y
const LINE_COMMENT = /--[^\n\r]*/y
const WORD = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y
const DOLLAR = /\$(?:[A-Za-z_\x80-\uffff][A-Za-z_\x80-\uffff\d]*)?\$/y
const PARAMETER = /\$\d+/y
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*(?:\.(?!\.)(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?/y
const OPERATOR = /[~!@#^&|`?+\-*/%<>=]+/y
const MARK = /::|:=|\.\.|[\s\S]/y
// Two constants with a line break between them are one, by the rules of the first.
const CONTINUED = /(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y

/**
 * Splits SQL text into tokens as PostgreSQL's own scanner does with `standard_conforming_strings` on. Never
 * throws: an unterminated piece becomes an `unended` token.
 */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const add = (kind: TokenKind, end: number) => {
    tokens.push({ kind, text: sql.slice(at, end), start: at, end })
    at = end
  }
  while (at < sql.length) {
    at = endOf(SPACE, sql, at) ?? at
    if (at >= sql.length) break
    const one = sql[at]!
    const next = sql[at + 1]
    const opened = openedBy(sql, at)
    if (one === '-' && next === '-') add('comment', endOf(LINE_COMMENT, sql, at)!)
    else if (one === '/' && next === '*') ended(add, 'comment', endOfComment(sql, at), sql)
    else if (opened > 0) {
      const kind = sql[at + opened - 1] === '"' ? 'name' : 'string'
      ended(add, kind, endOfQuoted(sql, at, at + opened), sql)
    } else {
      const tag = one === '$' ? endOf(DOLLAR, sql, at) : null
      if (tag !== null) ended(add, 'string', endOfDollar(sql, at, tag), sql)
      else {
        const [kind, end] = plain(sql, at)
        if (kind !== 'operator') add(kind, end)
        else for (const operator of operatorsIn(sql.slice(at, end))) add(kind, at + operator.length)
      }
    }
  }
  return tokens
}

function ended(
  add: (kind: TokenKind, end: number) => void,
  kind: TokenKind,
  end: number | null,
  sql: string,
) {
  if (end === null) add('unended', sql.length)
  else add(kind, end)
}

/** Returns where the token that begins here ends, for kinds without a closing sign. */
function plain(sql: string, at: number): [TokenKind, number] {
  for (const [kind, pattern] of PLAIN_KINDS) {
    const end = endOf(pattern, sql, at)
    if (end !== null) return [kind, end]
  }
  return ['mark', endOf(MARK, sql, at)!]
}

const PLAIN_KINDS: readonly [TokenKind, RegExp][] = [
  ['word', WORD],
  ['number', NUMBER],
  ['parameter', PARAMETER],
  ['operator', OPERATOR],
]

/** Splits a run of signs into operators, as PostgreSQL does; a `+` or `-` at the end may be separate. */
function operatorsIn(run: string): string[] {
  const comment = run.search(/\/\*|--/)
  const text = comment > 0 ? run.slice(0, comment) : run
  if (/[~!@#^&|`?%]/.test(text)) return [text]
  let end = text.length
  while (end > 1 && /[+-]/.test(text[end - 1]!)) end--
  return [text.slice(0, end), ...text.slice(end)]
}

/** Comments nest. */
function endOfComment(sql: string, at: number): number | null {
  const edge = /\/\*|\*\//g
  edge.lastIndex = at + 2
  for (let open = 1, found = edge.exec(sql); found; found = edge.exec(sql)) {
    open += found[0] === '/*' ? 1 : -1
    if (open === 0) return edge.lastIndex
  }
  return null
}

function endOfDollar(sql: string, at: number, bodyAt: number): number | null {
  const tag = sql.slice(at, bodyAt)
  const end = sql.indexOf(tag, bodyAt)
  return end < 0 ? null : end + tag.length
}

/** How many signs open quoted text here, including its prefix; 0 if none does. */
function openedBy(sql: string, at: number): number {
  const one = sql[at]!
  if (one === "'" || one === '"') return 1
  if (/[eEbBxX]/.test(one)) return sql[at + 1] === "'" ? 2 : 0
  return /[uU]/.test(one) && sql[at + 1] === '&' && /['"]/.test(sql[at + 2] ?? '') ? 3 : 0
}

function endOfQuoted(sql: string, at: number, inside: number): number | null {
  const sign = sql[inside - 1]!
  const special = /[eE]/.test(sql[at]!) ? /['\\]/g : sign === '"' ? /"/g : /'/g
  // `b'1'''` is two constants.
  const doubled = !/[bBxX]/.test(sql[at]!)
  let end = closedAt(sql, inside, special, doubled)
  while (end !== null && sign === "'") {
    const more = endOf(CONTINUED, sql, end)
    if (more === null) return end
    end = closedAt(sql, more, special, doubled)
  }
  return end
}

/** Returns the position after the closing quote; a doubled quote may be literal, and so is any sign after a backslash. */
function closedAt(sql: string, from: number, special: RegExp, doubled: boolean): number | null {
  special.lastIndex = from
  for (let found = special.exec(sql); found; found = special.exec(sql)) {
    if (found[0] !== '\\' && (!doubled || sql[found.index + 1] !== found[0])) return found.index + 1
    special.lastIndex = found.index + 2
  }
  return null
}

/** Returns where a match that begins exactly at `at` ends; null without a match. */
function endOf(pattern: RegExp, sql: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(sql) ? pattern.lastIndex : null
}
