// docs/attacks.md against the tests: each numbered case names the test files that try it, and the other way round.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TREES, trackedFiles } from './support/tracked-files.js'

const ROOT = new URL('..', import.meta.url)
const { casesOf, rowsOf } = (await import(new URL('scripts/attacks/cases.mjs', ROOT).href)) as {
  casesOf(text: string): string[]
  rowsOf(page: string): { id: string; files: string[] }[]
}
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')

const tests = trackedFiles(...TREES, 'test', 'e2e').filter(
  (file) => /\.(?:test|spec)\.[cm]?[jt]s$/.test(file) && file !== 'test/attack-cases.test.ts',
)

const rows = new Map(rowsOf(read('docs/attacks.md')).map(({ id, files }) => [id, files]))

test('each case that a test names is in docs/attacks.md, with that test', () => {
  const missing = tests.flatMap((file) =>
    casesOf(read(file))
      .filter((id) => !rows.get(id)?.includes(file))
      .map((id) => `${id}: ${file}`),
  )
  expect(missing).toEqual([])
})

test('each test that docs/attacks.md names tries the case', () => {
  const stale = [...rows].flatMap(([id, files]) =>
    files
      .filter((file) => !tests.includes(file) || !casesOf(read(file)).includes(id))
      .map((file) => `${id}: ${file}`),
  )
  expect(stale).toEqual([])
})

test('reads single cases, lists and ranges', () => {
  expect(
    casesOf("test('cases 2 to 4: …'); test('cases 27 and 28'); it('I16, I17, case 104: …'); test('U3: …')"),
  ).toEqual(['2', '3', '4', '27', '28', '104', 'I16', 'I17', 'U3'])
})
