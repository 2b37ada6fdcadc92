import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The folders of TypeScript that are compiled to `dist/`. */
export const { TREES } = (await import(new URL('../../scripts/trees.mjs', import.meta.url).href)) as {
  TREES: string[]
}

/**
 * The files that git tracks or would add, by their paths from the root. A deleted file that is not committed is among them.
 * @param folders default: the whole repository
 */
export function trackedFiles(...folders: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', ...folders]
  return execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '')
}
