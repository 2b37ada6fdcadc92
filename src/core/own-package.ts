import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package: the nearest one above this file with `migrations`, for sources and for the build. */
export const PACKAGE_ROOT = packageAbove(import.meta.dirname)

function packageAbove(folder: string): string {
  return existsSync(join(folder, 'migrations')) ? folder : packageAbove(dirname(folder))
}

/** The version of usertwo itself. */
export function ownVersion(): string {
  const manifest = join(PACKAGE_ROOT, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
