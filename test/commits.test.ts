// The subjects of commits, from the one on that added this file.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MOST = 72
const TYPES = 'build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test'
const CONVENTIONAL = new RegExp(`^(?:${TYPES})(?:\\([a-z0-9-]+\\))?!?: \\S`)
/** What a host writes by itself. */
const GENERATED = /^(?:Merge |Revert ")/

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: ROOT, encoding: 'utf8' }).trim()

/** @returns what is wrong with a subject; undefined: nothing */
function problemOf(subject: string): string | undefined {
  if (GENERATED.test(subject)) return undefined
  if (subject.length > MOST) return `${subject.length} characters, at most ${MOST}: ${subject}`
  return CONVENTIONAL.test(subject) ? undefined : `not "type(scope): what": ${subject}`
}

test('each commit subject is a Conventional Commit of at most 72 characters', () => {
  const added = git('log', '--diff-filter=A', '--format=%H', '--', 'test/commits.test.ts').split('\n').at(-1)
  const subjects = added ? git('log', '--format=%s', `${added}^!`, `${added}..HEAD`).split('\n') : []
  expect([...new Set(subjects)].flatMap((subject) => problemOf(subject) ?? [])).toEqual([])
})

test.each([
  'Read the cookies of a request in one pass',
  'fix(auth) verify the issuer',
  `feat(gate): ${'x'.repeat(MOST)}`,
])('refuses the subject "%s"', (subject) => {
  expect(problemOf(subject)).toBeTruthy()
})
