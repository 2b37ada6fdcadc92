import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

interface Count {
  count(
    status: number | null,
    report?: { by: 'vitest' | 'playwright'; file: string },
  ): { passed: number; failed: number; crashed?: boolean }
}

const { count } = (await import(new URL('../scripts/test/count.mjs', import.meta.url).href)) as Count
const place = mkdtempSync(join(tmpdir(), 'usertwo-counts-'))
afterAll(() => rmSync(place, { recursive: true }))

const report = (by: 'vitest' | 'playwright', content: unknown) => {
  const file = join(place, `${by}.json`)
  writeFileSync(file, JSON.stringify(content))
  return { by, file }
}
const vitest = (passed: number, failed: number, files: object[] = []) =>
  report('vitest', { numPassedTests: passed, numFailedTests: failed, testResults: files })

describe('the counts of npm test', () => {
  test('take a check as one', () => {
    expect(count(0)).toEqual({ passed: 1, failed: 0 })
    expect(count(1)).toEqual({ passed: 0, failed: 1 })
  })

  test('are those of the runners', () => {
    expect(count(0, vitest(7, 0))).toEqual({ passed: 7, failed: 0 })
    expect(count(1, vitest(5, 2))).toEqual({ passed: 5, failed: 2 })
    const stats = { expected: 3, flaky: 1, unexpected: 1 }
    expect(count(1, report('playwright', { stats }))).toEqual({ passed: 4, failed: 1 })
  })

  test('count a file that could not be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] }
    expect(count(1, vitest(5, 0, [broken]))).toEqual({ passed: 5, failed: 1 })
  })

  test('count a part that crashed, was killed, or ran nothing as a failure', () => {
    expect(count(1, vitest(5, 0))).toEqual({ passed: 5, failed: 1, crashed: true })
    expect(count(null)).toMatchObject({ failed: 1 })
    expect(count(0, vitest(0, 0))).toEqual({ passed: 0, failed: 1, crashed: true })
    expect(count(0, { by: 'vitest', file: join(place, 'none.json') })).toMatchObject({ failed: 1 })
  })
})
