import { stripVTControlCharacters } from 'node:util'
import type { Otherwise } from './compare-runs.js'
import type { TestRun } from './run-tests.js'

export interface Outcome {
  /** `unreached`: the tests have proved nothing about the layers, whatever their own result is */
  verdict: 'same' | 'differs' | 'unreached'
  lines: string[]
}

/**
 * The same tests without the layers, under them, and without both the layers and the routes that usertwo took
 * over.
 */
export interface Runs {
  bare: TestRun
  under: TestRun
  without?: TestRun | undefined
}

/** Judges the runs of the tests together. */
export function outcomeOf(
  { bare, under, without }: Runs,
  otherwise: readonly Otherwise[],
  dial: number,
): Outcome {
  const lines = [
    `without the layers: ${toldOf(bare)}`,
    `at dial ${dial}, signed in as the owner: ${toldOf(under)}`,
  ]
  const past = under.heard.filter(({ layered }) => !layered)
  if (under.heard.length === 0)
    return {
      verdict: 'unreached',
      lines: [
        ...lines,
        'not reached: no server of the tests got a request that could pass the layers; let the tests send requests over HTTP (supertest does), or start the app for them with --serve',
      ],
    }
  if (past.length > 0)
    return {
      verdict: 'unreached',
      lines: [
        ...lines,
        `not reached: ${past.length} of ${under.heard.length} requests came past the layers, the first ${past[0]!.method} ${past[0]!.path}`,
      ],
    }
  const lost = lostIn(bare, under)
  // A test that fails in both runs, for example because it never reaches its database, proves nothing about
  // the layers.
  if (lost === null && bare.code !== 0)
    return {
      verdict: 'unreached',
      lines: [
        ...lines,
        'not shown: tests fail without the layers too, and equal failures prove nothing; make them pass first:',
        ...[...failedIn(bare.output)].slice(0, 10).map((name) => `  ${name}`),
      ],
    }
  const declared = otherwise.filter((one) => one.declared)
  if (lost === null) return { verdict: 'same', lines: [...lines, ...answered(declared)] }
  const { names, count } = lost
  const needed = without ? failedIn(without.output) : new Set()
  const meant = names.filter((name) => needed.has(name))
  const whole = count !== null && names.length >= count
  if (meant.length) lines.push('tests of routes that usertwo took over:', ...meant.map((name) => `  ${name}`))
  const allMeant = meant.length > 0 && meant.length === names.length
  if (allMeant && whole && without && !isFewer(under, without))
    return { verdict: 'same', lines: [...lines, ...answered(declared)] }
  const others = names.filter((name) => !needed.has(name)).map((name) => `  ${name}`)
  lines.push('tests that pass without the layers, but not under them:', ...others)
  if (!whole) lines.push(`  ${others.length ? 'and more' : 'unnamed tests'}: see the output above`)
  return { verdict: 'differs', lines: [...lines, ...answered(otherwise)] }
}

function toldOf({ code, output, heard }: TestRun): string {
  const counts = countsOf(output)
  const tests = counts
    ? `${counts.passed} passed, ${counts.failed} failed`
    : 'the number of passed tests could not be read'
  return `${tests}; exit code ${code}; ${heard.length} requests`
}

/** Returns whether fewer tests passed than in the other run; null if a runner did not print the number. */
function isFewer({ output }: TestRun, than: TestRun): boolean | null {
  const [now, then] = [countsOf(output), countsOf(than.output)]
  return now && then && now.passed < then.passed
}

interface Lost {
  /** the names of tests, and of their suites if the runner prints these as well */
  names: string[]
  /** the number of tests; null: the runner did not print it */
  count: number | null
}

/** Returns what passes without the layers but not under them; null if nothing does. */
export function lostIn(bare: TestRun, under: TestRun): Lost | null {
  const [before, now] = [countsOf(bare.output), countsOf(under.output)]
  const fewer = isFewer(under, bare)
  const known = failedIn(bare.output)
  const names = [...failedIn(under.output)].filter((name) => !known.has(name))
  if (under.code === 0 && !fewer) return null
  if (bare.code !== 0 && before && now && !fewer && now.failed === before.failed && names.length === 0)
    return null
  return { names, count: before && now && before.passed - now.passed }
}

function answered(otherwise: readonly Otherwise[]): string[] {
  const declared = otherwise.filter((one) => one.declared)
  const others = otherwise.filter((one) => !one.declared)
  const line = ({ request, what, declared: by, times }: Otherwise) =>
    `  ${request}: ${by?.why ?? what}${times > 1 ? ` (${times} times)` : ''}`
  return [
    ...(declared.length ? ['answered differently, as declared:', ...declared.map(line)] : []),
    ...(others.length ? ['answered differently, and not declared:', ...others.slice(0, 40).map(line)] : []),
  ]
}

/** The totals that a test runner printed at its end. */
interface Counts {
  passed: number
  failed: number
}

/**
 * The totals as test runners print them: mocha; jest; vitest; node:test, as TAP and as spec; TAP of ava and
 * tape.
 */
const COUNTS: { passed: RegExp; failed: RegExp }[] = [
  { passed: /^\s*(\d+) passing\b/m, failed: /^\s*(\d+) failing\b/m },
  { passed: /^Tests:.*?(\d+) passed/m, failed: /^Tests:.*?(\d+) failed/m },
  { passed: /^\s*Tests\s.*?(\d+) passed/m, failed: /^\s*Tests\s.*?(\d+) failed/m },
  { passed: /^(?:#|ℹ) pass\s+(\d+)$/m, failed: /^(?:#|ℹ) fail\s+(\d+)$/m },
]

/** Failed tests as they name them. */
const FAILED = [
  /^\s+\d+\) (.+):?$/, // mocha
  /^\s*● (.+)$/, // jest
  /^ *FAIL {1,2}(.+ > .+)$/, // vitest
  /^\s*not ok \d+ - (.+)$/, // TAP
  /^\s*✖ (.+?)(?: \([\d.]+ms\))?$/, // node:test
]

/** Returns the totals; null if the output is from no known test runner. */
function countsOf(output: string): Counts | null {
  const text = stripVTControlCharacters(output)
  for (const { passed, failed } of COUNTS) {
    const good = passed.exec(text)
    const bad = failed.exec(text)
    if (good || bad) return { passed: Number(good?.[1] ?? 0), failed: Number(bad?.[1] ?? 0) }
  }
  return null
}

/** Returns the names of tests that failed, as their runner printed them. */
function failedIn(output: string): Set<string> {
  const names = new Set<string>()
  for (const line of stripVTControlCharacters(output).split('\n'))
    for (const pattern of FAILED) {
      const name = pattern
        .exec(line)?.[1]
        ?.replace(/\s+\d+m?s$/, '')
        .trim()
      if (name && !/^failing tests:?$/.test(name)) names.add(name)
    }
  return names
}
