import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Test files that read this repository with git, or make repositories of their own. */
export const WITH_GIT = [
  'test/attack-cases.test.ts',
  'test/commits.test.ts',
  'test/docs-tree.test.ts',
  'test/monorepo.long.test.ts',
  'test/monorepo-gates.long.test.ts',
  'test/retired-words.test.ts',
  'test/rooms.test.ts',
  'test/upgrade/rolling/both-versions.long.test.ts',
  'cli/fix/owner-ids.test.ts',
  'cli/scan/git-copy.test.ts',
]

/** Returns the files of {@link WITH_GIT} if git is missing or this folder is not a clone, with a notice; in CI they run, and fail. */
export function leftOutWithoutGit(): string[] {
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const args = ['-c', 'safe.directory=*', 'rev-parse', '--git-dir']
  if (process.env.CI || spawnSync('git', args, { cwd, stdio: 'ignore' }).status === 0) return []
  console.error(`Left out, because git is missing or this folder is not a clone:\n  ${WITH_GIT.join('\n  ')}`)
  return WITH_GIT
}
