import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'

interface Count {
  count(
    status: number | null,
    report?: { by: 'vitest' | 'playwright' | 'gates'; file: string },
  ): { passed: number; failed: number; crashed?: boolean }
}

interface Failed {
  failed(report: { by: 'vitest' | 'playwright' | 'gates'; file: string } | undefined, cwd: string): string[]
  begunFile(report: string): string
}

const script = (name: string) => import(new URL(`../scripts/test/${name}.mjs`, import.meta.url).href)
const { nodeOrOutcome } = (await script('node-or-outcome')) as {
  nodeOrOutcome(major: string, ci: string): { passed: number; failed: number; reds: unknown[] }
}
const { count } = (await script('count')) as Count
const { failed, begunFile } = (await script('failed')) as Failed
const place = mkdtempSync(join(tmpdir(), 'usertwo-counts-'))
afterAll(() => rmSync(place, { recursive: true }))

const report = (by: 'vitest' | 'playwright' | 'gates', content: unknown) => {
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

  test('take each gate as one, and name the red checks of one that is NO-GO', () => {
    const gate = (phase: number, ...checks: string[]) => ({
      phase,
      go: !checks.includes('fail'),
      checks: checks.map((state) => ({ id: `a.${state}`, state })),
    })
    const gates = report('gates', [{ app: 'journal', phases: [gate(1, 'pass'), gate(2, 'pass', 'fail')] }])
    expect(count(1, gates)).toEqual({ passed: 1, failed: 1 })
    expect(failed(gates, place)).toEqual(['journal: gate 2 is NO-GO: a.fail'])
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

describe('what failed is said again at the end', () => {
  test('with the file, the name and the first line of why', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'adds' },
      {
        status: 'failed',
        fullName: 'sums adds',
        failureMessages: ['\u001b[31mexpected 3\u001b[39m\n  at here'],
      },
    ]
    const files = [
      { name: '/app/test/sums.test.ts', status: 'failed', assertionResults },
      { name: '/app/test/broken.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
    ]
    expect(failed(vitest(1, 2, files), '/app')).toEqual([
      'test/sums.test.ts > sums adds: expected 3',
      'test/broken.test.ts: no such module',
    ])
  })

  test('of stories in a browser as well, and nothing of a part without a report', () => {
    const red = { title: 'opens', ok: false, tests: [{ results: [{ error: { message: 'closed\nstack' } }] }] }
    const green = { title: 'closes', ok: true, tests: [{ results: [{}] }] }
    const inner = { file: 'a.spec.ts', specs: [red, green] }
    const suites = [{ file: 'a.spec.ts', suites: [inner] }]
    expect(failed(report('playwright', { suites }), '/app')).toEqual(['a.spec.ts › opens: closed'])
    expect(failed(undefined, '/app')).toEqual([])
    expect(failed({ by: 'vitest', file: join(place, 'none.json') }, '/app')).toEqual([])
  })

  test('of a run that was cut off, the files that were begun and not over', async () => {
    const none = { by: 'vitest' as const, file: join(place, 'cut-off.json') }
    vi.stubEnv('BEGUN_FILE', begunFile(none.file))
    const { default: Begun } = await script('begun')
    const reporter = new Begun()
    vi.unstubAllEnvs()
    vi.useFakeTimers()
    for (const name of ['over', 'hangs']) reporter.onTestModuleStart({ moduleId: `/app/${name}.test.ts` })
    reporter.onTestModuleEnd({ moduleId: '/app/over.test.ts' })
    vi.advanceTimersByTime(210_000)
    expect(failed(none, '/app')).toEqual(['hangs.test.ts: not over, begun 210 s ago'])
    vi.useRealTimers()
    expect(failed(vitest(1, 0), '/app')).toEqual([])
  })
})

describe('a Node that cannot be had', () => {
  test('is a failure in CI, with its reason at the end of the run, and a skip elsewhere', () => {
    expect(nodeOrOutcome('latest', 'true')).toEqual({
      passed: 0,
      failed: 1,
      reds: [expect.stringContaining('give the major of a Node')],
    })
    expect(nodeOrOutcome('latest', '')).toEqual({ passed: 0, failed: 0, reds: [] })
  })
})
