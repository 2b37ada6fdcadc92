// docs/explanation/asvs.md against OWASP ASVS 5.0.0 and the tests: each requirement once, each test it names, the counts.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const ROOT = new URL('..', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')
const page = read('docs/explanation/asvs.md')
const STATES = ['met', 'partly', 'not met', 'out of scope']

/** How many requirements of levels 1 and 2 each section has, in the standard's order; all begin at 1. */
const SECTIONS: Record<string, Record<number, number>> = {
  V3: { 2: 2, 3: 4, 4: 6, 5: 5, 7: 2 },
  V4: { 1: 3, 2: 1, 3: 2, 4: 4 },
  V6: { 1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4 },
  V7: { 1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2 },
  V8: { 1: 2, 2: 3, 3: 1, 4: 1 },
  V9: { 1: 3, 2: 4 },
  V10: { 1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3 },
  V11: { 1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1 },
  V12: { 1: 3, 2: 2, 3: 4 },
  V13: { 1: 1, 2: 5, 3: 2, 4: 5 },
  V14: { 1: 2, 2: 4, 3: 3 },
  V16: { 1: 1, 2: 5, 3: 4, 4: 3, 5: 3 },
}
/** Those of level 1. */
const FIRST =
  '3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1'.split(
    ' ',
  )

const rows = [
  ...page.matchAll(/^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, id, level, , state, how, by]) => ({
  id: id!,
  level: level!,
  state: state!,
  how: how!,
  tests: by === '–' ? [] : by!.split(' · '),
}))
const chapterOf = (id: string) => `V${id.split('.')[0]}`

test('has each requirement of levels 1 and 2 once, in order, at its level', () => {
  const all = Object.entries(SECTIONS).flatMap(([chapter, sections]) =>
    Object.entries(sections).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, at) => `${chapter.slice(1)}.${section}.${at + 1}`),
    ),
  )
  expect(rows.map(({ id }) => id)).toEqual(all)
  expect(rows.filter(({ level }) => level === '1').map(({ id }) => id)).toEqual(FIRST)
  expect(rows.filter(({ level }) => !/^[12]$/.test(level))).toEqual([])
})

test('states the counts of its rows, by chapter and of all', () => {
  const stated = [...page.matchAll(/^\| (?:(V\d+) .+|all) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
    ([, chapter, ...counts]) => [chapter ?? 'all', ...counts.map(Number)],
  )
  const counted = [...Object.keys(SECTIONS), 'all'].map((chapter) => {
    const mine = rows.filter(({ id }) => chapter === 'all' || chapterOf(id) === chapter)
    return [chapter, ...STATES.map((state) => mine.filter((row) => row.state === state).length)]
  })
  expect(stated).toEqual(counted)
})

test('a requirement counts as met by a test alone, and each row says how', () => {
  expect(rows.filter(({ state }) => !STATES.includes(state))).toEqual([])
  expect(rows.filter(({ state, tests }) => state === 'met' && !tests.length)).toEqual([])
  expect(rows.filter(({ state, tests }) => state === 'out of scope' && tests.length)).toEqual([])
  expect(rows.filter(({ how }) => how.length < 8)).toEqual([])
})

describe.each(rows.filter(({ tests }) => tests.length))('$id', ({ tests }) => {
  test.each(tests)('names a test that is there: %s', (one) => {
    const [, file, title] = /^`([\w./-]+\.(?:test|spec)\.ts)`: “(.+)”$/.exec(one) ?? []
    expect([one, file && existsSync(new URL(file, ROOT))]).toEqual([one, true])
    expect(read(file!), file).toMatch(titled(title!))
  })
})

/** A test of that title, or a case of that name in the table or the rows of one, in whatever quotes. */
const titled = (title: string) => {
  const text = title.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  return new RegExp(`(?:\\b(?:test|it)\\(|\\]\\)\\(|\\)\\(|^)\\s*\\[?(['"\`])${text}\\1(?:,|: \\()`, 'm')
}
