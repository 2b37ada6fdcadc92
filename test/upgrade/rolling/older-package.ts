// The last release candidate, built from this repository's history.
import { execFile, execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
const run = promisify(execFile)
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()

/**
 * Returns the commit that set the version of today; null where the history lacks it. What has changed since is not released.
 * `USERTWO_OLDER` names another commit.
 */
export function olderCommit(): string | null {
  try {
    const given = process.env.USERTWO_OLDER
    if (given) return git('rev-parse', '--verify', `${given}^{commit}`)
    const [first] = git(
      'log',
      '--reverse',
      '--format=%H',
      `-S"version": "${version}"`,
      '--',
      'package.json',
    ).split('\n')
    return first || null
  } catch {
    return null
  }
}

/** Builds the package of a commit as npm would publish it, with the packages that are installed here. */
export async function olderTarball(commit: string): Promise<{ tarball: string; remove(): void }> {
  const place = mkdtempSync(join(tmpdir(), 'usertwo-older-'))
  const remove = () => rmSync(place, { recursive: true, force: true })
  try {
    const [sources, archive] = [join(place, 'sources'), join(place, 'sources.tar')]
    mkdirSync(sources)
    git('archive', '--output', archive, commit)
    await run('tar', ['-xf', archive, '-C', sources])
    symlinkSync(join(ROOT, 'node_modules'), join(sources, 'node_modules'))
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    // Declarations would need the packages below the sources, where a link leads elsewhere.
    const args = ['-p', 'tsconfig.build.json', '--declaration', 'false']
    await run(process.execPath, [tsc, ...args], { cwd: sources })
    const { bundleTag } = await import(
      /* @vite-ignore */ pathToFileURL(join(sources, 'scripts/prepare/build.mjs')).href
    )
    const client = ['src/client', 'client'].map((path) => join(sources, 'dist', path))
    writeFileSync(join(client.find(existsSync)!, 'tag.min.js'), bundleTag() as string)
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', place], { cwd: sources })
    const name = readdirSync(place).find((file) => file.endsWith('.tgz'))!
    return { tarball: join(place, name), remove }
  } catch (error) {
    remove()
    throw error
  }
}
