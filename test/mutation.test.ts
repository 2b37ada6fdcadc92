// `npm run mutation`: what counts as noticed, and what it changes.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const { countMutants } = (await import(new URL('../scripts/mutation/count.mjs', import.meta.url).href)) as {
  countMutants(report: unknown, places: string[]): { noticed: number; all: number; ignored: number }
}

test('a mutant that no test reaches counts as one that no test notices; one that cannot run counts as none', () => {
  const mutants = (...statuses: string[]) => ({ mutants: statuses.map((status) => ({ status })) })
  const files = {
    'src/a/a.ts': mutants('Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage'),
    'src/b.ts': mutants('Killed', 'Ignored', 'RuntimeError'),
  }
  expect(countMutants({ files }, ['src/a/**/*.ts', 'src/b.ts'])).toEqual({ noticed: 4, all: 6, ignored: 2 })
  expect(countMutants({ files }, ['src/b.ts'])).toEqual({ noticed: 1, all: 1, ignored: 2 })
})

test.each([
  ['src/phases/6-isolation/jobs', 'src/phases/6-isolation/query or src/phases/6-isolation/connection'],
  ['src/phases/6-isolation/query/no-such-file.ts', 'expected a file or folder'],
  ['--concurrency=0', 'expected a whole number from 1 to 99'],
])('refuses %s before it installs anything', (given, message) => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/mutation.mjs'), given], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(status).toBe(64)
  expect(stderr).toContain(message)
})
