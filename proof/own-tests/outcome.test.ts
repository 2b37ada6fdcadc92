import { describe, expect, test } from 'vitest'
import { outcomeOf } from './outcome.js'
import type { TestRun } from './run-tests.js'

const asked = { method: 'GET', path: '/', headers: {}, body: '', status: 200, layered: true }
const heard = [{ ...asked, answer: { headers: {}, body: '' } }]
const run = (output: string): TestRun => ({
  code: / 0 fail| 0 failing|fail 0/.test(output) ? 0 : 1,
  output,
  heard,
})

/** The output of each runner for a suite `login` of three tests: some fail and some did not run. */
const RUNNERS: Record<string, (failing: string[], missing?: number) => string> = {
  mocha: (failing, missing = 0) =>
    [
      '  login',
      ...failing.map((name, at) => `    ${at + 1}) ${name}`),
      `  ${3 - failing.length - missing} passing (9ms)`,
      `  ${failing.length} failing`,
      ...failing.flatMap((name, at) => [`  ${at + 1}) login`, `       ${name}:`, '     Error: expected 200']),
    ].join('\n'),
  'node:test': (failing, missing = 0) =>
    [
      '▶ login',
      ...failing.map((name) => `  ✖ ${name} (1.2ms)`),
      ...(failing.length ? ['✖ login (3ms)'] : []),
      `ℹ pass ${3 - failing.length - missing}`,
      `ℹ fail ${failing.length}`,
    ].join('\n'),
  jest: (failing, missing = 0) =>
    [
      ...failing.map((name) => `  ● login › ${name}`),
      `Tests: ${failing.length} failed, ${3 - failing.length - missing} passed, 3 total`,
    ].join('\n'),
  vitest: (failing, missing = 0) =>
    [
      ...failing.map((name) => ` FAIL  test/login.test.js > login > ${name}`),
      `      Tests  ${failing.length} failed | ${3 - failing.length - missing} passed (3)`,
    ].join('\n'),
}

describe.each(Object.entries(RUNNERS))('of tests under %s', (_name, said) => {
  const [bare, under] = [run(said([])), run(said(['the demo gets in']))]
  const verdict = (runs: Parameters<typeof outcomeOf>[0]) => outcomeOf(runs, [], 8).verdict

  test('a test that also fails without the routes that usertwo took over is not lost', () => {
    expect(verdict({ bare, under, without: run(said(['the demo gets in', 'the demo gets out'])) })).toBe(
      'same',
    )
  })

  test('a test that passes without these routes is lost, alone or together with one that does not', () => {
    expect(verdict({ bare, under })).toBe('differs')
    const without = run(said(['the demo gets out']))
    expect(verdict({ bare, under, without })).toBe('differs')
    const both = outcomeOf(
      { bare, under: run(said(['the demo gets in', 'the demo gets out'])), without },
      [],
      8,
    )
    expect(both.verdict).toBe('differs')
    expect(both.lines.join('\n')).toMatch(
      /took over:\n.*the demo gets out[\s\S]*under them:\n.*the demo gets in/,
    )
  })

  test('equal failures prove nothing, and are named', () => {
    const failing = run(said(['the demo gets in', 'the demo gets out']))
    const { verdict, lines } = outcomeOf({ bare: failing, under: failing }, [], 8)
    expect(verdict).toBe('unreached')
    expect(lines.join('\n')).toMatch(/equal failures prove nothing[\s\S]*the demo gets in/)
  })

  test('an exit with an error is a loss, even if every test has passed', () => {
    const without = run(said(['the demo gets in']))
    expect(verdict({ bare, under: { ...bare, code: 1 }, without })).toBe('differs')
  })

  test('a lost test without a name is a loss', () => {
    const fewer = run(said(['the demo gets in'], 1))
    expect(verdict({ bare, under: fewer, without: run(said(['the demo gets in'])) })).toBe('differs')
  })
})
