import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** A doubled quote as part of a constant or a name, or a comment, in a regular expression. */
const QUOTING =
  /\[\^'\\\\\]|\[\^'(?:\\\\)?\](?:\*|\|)\(?(?:\?:)?''|''\|\[\^'|\[\^"\]\|""|""\|\[\^"|--\[\^\\n|\\\/\\\*\[|\\\/\\\*\(\?:/
/** They read text that PostgreSQL prints, or share a pattern with a function in the database. */
const OF_THE_DATABASE = [
  'src/phases/6-isolation/schema/keys/by-key-pattern.ts',
  'src/phases/6-isolation/schema/keys/per-user-uniques.ts',
  'src/phases/6-isolation/schema/rights/forbidden.ts',
]

const production = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file}`)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .filter((file) => !/^src\/(?:client|sql)\//.test(file))

const readersIn = (texts: [file: string, text: string][]) =>
  texts.filter(([, text]) => QUOTING.test(text)).map(([file]) => file)

test('no regular expression in production reads quotes or comments of SQL: the tokens of src/sql do', () => {
  const texts = production.map((file): [string, string] => [file, readFileSync(ROOT + file, 'utf8')])
  expect(readersIn(texts).sort()).toEqual(OF_THE_DATABASE)
  expect(production.length).toBeGreaterThan(300)
})

test.each([
  "const TEXT = /'(?:[^']|'')*'/g",
  String.raw`const TEXT = /[eE]'(?:[^'\\]|\\.|'')*'/g`,
  "/'(?:''|[^'])*'/",
  '/"(?:[^"]|"")*"/',
  String.raw`sql.replace(/--[^\n]*/g, '')`,
  String.raw`/\/\*[\s\S]*?\*\//`,
  String.raw`/\/\*(?:[^*]|\*(?!\/))*\*\//`,
])('one would be seen: %s', (planted) => {
  expect(readersIn([['src/planted.ts', planted]])).toEqual(['src/planted.ts'])
})
