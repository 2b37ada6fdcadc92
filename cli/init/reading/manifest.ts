import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What init needs of a package.json. */
export interface PackageManifest {
  name?: string
  main?: string
  type?: string
  scripts: Record<string, string>
  dependencies: Record<string, string>
  /** its text, in which lines are counted */
  text: string
}

/**
 * Reads the manifest of the app's folder; without a package.json an empty one. @throws SyntaxError for
 * invalid JSON
 */
export function readPackageManifest(folder: string): PackageManifest {
  const file = join(folder, 'package.json')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}'
  const read = JSON.parse(text) as Partial<PackageManifest> & { devDependencies?: Record<string, string> }
  return {
    ...read,
    scripts: read.scripts ?? {},
    dependencies: { ...read.devDependencies, ...read.dependencies },
    text,
  }
}

/** Where a member is written, as `package.json:7`. */
export function placeIn({ text }: PackageManifest, member: string): string {
  const line = text.split('\n').findIndex((one) => one.includes(`"${member}"`))
  return `package.json:${line + 1}`
}

/** The version that is installed where the app is; null: it is not. */
export function installedVersion(folder: string, name: string): string | null {
  try {
    const require = createRequire(join(folder, 'package.json'))
    return (require(`${name}/package.json`) as { version: string }).version
  } catch {
    return null
  }
}
