import { stripVTControlCharacters } from 'node:util'

/** The totals that a test runner printed at its end. */
export interface Counts {
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
export function countsOf(output: string): Counts | null {
  const text = stripVTControlCharacters(output)
  for (const { passed, failed } of COUNTS) {
    const good = passed.exec(text)
    const bad = failed.exec(text)
    if (good || bad) return { passed: Number(good?.[1] ?? 0), failed: Number(bad?.[1] ?? 0) }
  }
  return null
}

/** Returns the names of tests that failed, as their runner printed them. */
export function failedIn(output: string): Set<string> {
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
