import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from './built.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const run = promisify(execFile)

/** The package as npm would publish it, in a folder of its own. */
export async function packed(): Promise<{ tarball: string; remove(): void }> {
  await build()
  const place = mkdtempSync(join(tmpdir(), 'usertwo-packed-'))
  await run(NPM, ['pack', '--ignore-scripts', '--pack-destination', place], { cwd: ROOT })
  const tarball = join(place, readdirSync(place).find((name) => name.endsWith('.tgz'))!)
  return { tarball, remove: () => rmSync(place, { recursive: true, force: true }) }
}

/**
 * Lays out an app as npm installs it: the files of the folders, of two with one name the last, the unpacked tarball, and
 * links to this repository's other packages.
 */
export async function installed(
  tarball: string,
  ...folders: string[]
): Promise<{ folder: string; remove(): void }> {
  const place = mkdtempSync(join(tmpdir(), 'usertwo-installed-'))
  const folder = join(place, basename(folders[0]!))
  for (const from of folders)
    cpSync(from, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  for (const from of [join(folders[0]!, 'node_modules'), join(ROOT, 'node_modules')])
    for (const name of existsSync(from) ? readdirSync(from) : [])
      if (!name.startsWith('.') && name !== 'usertwo' && !existsSync(join(modules, name)))
        symlinkSync(join(from, name), join(modules, name))
  await run('tar', ['-xzf', tarball, '-C', place])
  cpSync(join(place, 'package'), join(modules, 'usertwo'), { recursive: true })
  symlinkSync('../usertwo/dist/cli/main.js', join(modules, '.bin', 'usertwo'))
  return { folder, remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 3 }) }
}
