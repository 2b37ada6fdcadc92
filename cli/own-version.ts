import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/core/package-root.js'

/** The version of usertwo itself. */
export function ownVersion(): string {
  const manifest = join(PACKAGE_ROOT, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
