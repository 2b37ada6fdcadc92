import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@babel/parser'
import libpg from '@libpg-query/parser'
import { beforeAll, describe, expect, it } from 'vitest'
import { tokensOf } from './tokens.js'

const ROOT = new URL('../../', import.meta.url).pathname

beforeAll(() => libpg.loadModule())

const KINDS: Record<string, string> = {
  SCONST: 'string',
  IDENT: 'word',
  ICONST: 'number',
  FCONST: 'number',
  PARAM: 'parameter',
  C_COMMENT: 'comment',
  SQL_COMMENT: 'comment',
}

/** Returns the tokens of PostgreSQL's scanner, under usertwo's names; null when it refuses the text. */
function theirs(sql: string): string[] | null {
  const bytes = Buffer.from(sql)
  try {
    return libpg.scanSync(sql).tokens.map(({ start, end, tokenName }) => {
      const text = bytes.subarray(start, end).toString()
      return `${/^(?:u&)?"/i.test(text) ? 'name' : (KINDS[tokenName] ?? kindByText(text))} ${text}`
    })
  } catch {
    return null
  }
}

/** The scanner's result does not name keywords, operators and rare constants. */
function kindByText(text: string): string {
  if (/^(?:[bx]|u&)'/i.test(text)) return 'string'
  if (/^[a-z_\x80-\uffff]/i.test(text)) return 'word'
  return /^[~!@#^&|`?+\-*/%<>=]+$/.test(text) ? 'operator' : 'mark'
}

const ours = (sql: string) => tokensOf(sql).map(({ kind, text }) => `${kind} ${text}`)

/** Random combinations of pieces that are special to the scanner; the same texts in each run. */
function* generated(): Generator<string> {
  const pieces = [
    ...["'", "''", "e'", "E'", "u&'", "b'1'", "x'1f'", "n'", '"', '""', 'U&"', '\\', "\\'", 'uescape'],
    ...['$', '$$', '$a$', '$é$', '$a1$', '$1', 'x$y', '--', '/*', '*/', '\n', '\r', ' ', '\t', '\f', '\v'],
    ...['a', 'select', 'é', '😀', '\u00a0', '_', '1', '1.5', '.', '..', '1e5', '0x1f', '1_0', ',', '(', ')'],
    ...[';', ':', '::', ':=', '=', '>', '<', '+', '-', '?', '|', '~', '@', '#', '&', '!', '%', '^', '`'],
    ...['*', '/', '[', ']'],
  ]
  let seed = 1
  const below = (most: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return Math.floor(seed / 2 ** 16) % most
  }
  for (;;) yield Array.from({ length: 1 + below(12) }, () => pieces[below(pieces.length)]).join('')
}

/** SQL in the repository: migrations, and literals in the sources that begin with a verb. */
function repositorySql(): string[] {
  const files = (folder: string, ending: string) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8'))
  const texts = files('migrations', '.sql')
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, value, quasis } = node as { type?: string; value?: unknown; quasis?: unknown[] }
    if (type === 'StringLiteral') texts.push(String(value))
    if (type === 'TemplateLiteral')
      texts.push(quasis!.map((one) => (one as { value: { cooked: string } }).value.cooked).join('x1'))
    for (const inner of Object.values(node)) visit(inner)
  }
  for (const source of files('src', '.ts'))
    if (/\b(?:select|insert|update|delete|alter|create)\s/.test(source))
      visit(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program)
  const begins =
    /^\s*(?:--|select|insert|update|delete|with|create|alter|drop|grant|revoke|do|set|comment)\b/i
  return texts.filter((text) => begins.test(text))
}

describe('the tokens of SQL text are those of PostgreSQL', () => {
  it('in 20,000 generated texts that PostgreSQL accepts', () => {
    let accepted = 0
    for (const sql of generated()) {
      const expected = theirs(sql)
      if (expected === null) continue
      expect(ours(sql), JSON.stringify(sql)).toEqual(expected)
      if (++accepted === 20_000) break
    }
  }, 120_000)

  it('in every SQL text of this repository that it accepts', () => {
    let accepted = 0
    for (const sql of repositorySql()) {
      const expected = theirs(sql)
      if (expected === null) continue
      accepted++
      expect(ours(sql), sql).toEqual(expected)
    }
    expect(accepted).toBeGreaterThan(400)
  }, 120_000)
})

describe('an unended piece', () => {
  it.each(["'a''", "e'a\\'", '"a""', '/* /* */', '$a$ $b$', "'a'\n'b", "u&'", '$$'])(
    'is one token: %j',
    (sql) => {
      expect(theirs(sql)).toBeNull()
      expect(tokensOf(sql)).toEqual([{ kind: 'unended', text: sql, start: 0, end: sql.length }])
    },
  )
})

it('stays linear in text made to be read slowly', () => {
  const started = performance.now()
  for (const one of ["''", '--', '/*', "'a'\n--", '+-', '$a', 'e\\', '"a', '\n ', '1_'])
    for (const before of ['', "'", "'a' "]) tokensOf(before + one.repeat(50_000))
  expect(performance.now() - started).toBeLessThan(10_000)
})
