import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package: the nearest one above this file, for sources and for the build. */
export const PACKAGE_ROOT = packageAbove(import.meta.dirname)

/** @throws Error where a bundler has copied the code into a file of the app: migrations and workers are not in it */
export function packageAbove(folder: string): string {
  if (manifestIn(folder)?.name === 'usertwo') return folder
  if (dirname(folder) === folder)
    throw new Error(
      'usertwo is part of a bundle, and does not find its own files: leave it out (esbuild: --external:usertwo; Vite: ssr.external)',
    )
  return packageAbove(dirname(folder))
}

function manifestIn(folder: string): { name?: string; version: string } | null {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

/** The version of usertwo itself. */
export const ownVersion = (): string => manifestIn(PACKAGE_ROOT)!.version
