// How `npm run coverage` counts: lines of files that tests run, and what gates in other processes run besides.
import { expect, test } from 'vitest'

const { linesByFolder, tableOf } = (await import(
  new URL('../scripts/coverage/lines.mjs', import.meta.url).href
)) as {
  linesByFolder(root: string, tests: unknown, others: unknown): Map<string, { lines: number; run: number }>
  tableOf(folders: unknown): { table: string; percent: number }
}

/** As istanbul's coverage map, of the calls that are used: how often each line of each file was run. */
const mapOf = (files: Record<string, Record<number, number>>) => ({
  files: () => Object.keys(files),
  fileCoverageFor: (file: string) => ({ getLineCoverage: () => files[file] }),
})

test('a line counts once, as run if a test or a gate runs it; a comment that only a gate counts does not', () => {
  const tests = mapOf({
    '/here/src/core/a.ts': { 1: 3, 2: 0, 3: 0, 4: 0 },
    '/here/src/phases/4-auth/b.ts': { 1: 0 },
    '/here/cli/c.ts': { 7: 1 },
  })
  const gates = mapOf({ '/here/src/core/a.ts': { 1: 1, 2: 1, 3: 0, 5: 1 }, '/here/proof/d.ts': { 1: 1 } })
  const counted = linesByFolder('/here', tests, gates)
  expect(Object.fromEntries(counted)).toEqual({
    'src/core': { lines: 4, run: 2 },
    'src/phases/4-auth': { lines: 1, run: 0 },
    'cli/c.ts': { lines: 1, run: 1 },
  })
  const { table, percent } = tableOf(counted)
  expect(percent).toBe(50)
  expect(table.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'src/phases/4-auth 0.0 % 0 of 1 lines',
    'src/core 50.0 % 2 of 4 lines',
    'cli/c.ts 100.0 % 1 of 1 lines',
  ])
})
