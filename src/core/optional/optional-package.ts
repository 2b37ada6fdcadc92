import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config-error.js'
import { olderThan } from './older-than.js'

/** Versions of a package: from the first that was tried, before the first that was not. */
interface Versions {
  from: string
  /** absent: every later one */
  before?: string
  /** what `npm install NAME@` is given */
  install: string
}

/**
 * The packages that an app installs for a feature of usertwo (docs/reference/versions.md). package.json takes every
 * version of them: an app may have another for its own use, and only the feature needs one of these.
 */
const OPTIONAL = {
  '@node-rs/argon2': { from: '2.0.2', before: '3', install: '2' },
  '@simplewebauthn/server': { from: '14.0.3', before: '15', install: '14' },
  ioredis: { from: '5', before: '7', install: '6' },
  nodemailer: { from: '6', install: 'latest' },
  'openid-client': { from: '6.9.0', before: '7', install: '6' },
  otpauth: { from: '9.4.0', before: '10', install: '9' },
  'pg-copy-streams': { from: '2', install: 'latest' },
  'prom-client': { from: '14', install: 'latest' },
  'rate-limit-redis': { from: '4', before: '7', install: '6' },
  uqr: { from: '0.1.2', before: '0.2', install: '0.1' },
  yazl: { from: '3.3.1', before: '4', install: '3' },
} satisfies Record<string, Versions>

type OptionalPackage = keyof typeof OPTIONAL

/**
 * Says what to install if a feature would load another version of its package. A package that is not found is not
 * looked at: loading it says so.
 *
 * @param place the file that loads the package
 */
export function otherVersion(name: OptionalPackage, place = fileURLToPath(import.meta.url)): string | null {
  const { from, before, install }: Versions = OPTIONAL[name]
  const version = installed(name, place)
  if (!version || (!olderThan(version, from) && (!before || olderThan(version, before)))) return null
  const wanted = `${name} ${from} or later${before ? `, below ${before}` : ''}`
  return `needs ${wanted}, and ${version} is installed; run: npm install ${name}@${install}`
}

/**
 * Refuses a feature whose package is installed in another version.
 *
 * @param feature what switches it on: `AUTH_ENABLE_TOTP=true`
 * @param place the file that loads the package
 * @throws ConfigError that names each package, its version and the version to install
 */
export function refuseOtherVersions(
  feature: string,
  names: readonly OptionalPackage[],
  place?: string,
): void {
  const others = names.flatMap((name) => otherVersion(name, place) ?? [])
  if (others.length === 0) return
  throw new ConfigError(
    'The environment is not usable',
    others.map((words) => `${feature} ${words}, or leave it off if the app itself needs the other version`),
  )
}

function installed(name: string, place: string): string | null {
  for (const folder of createRequire(place).resolve.paths(name) ?? [])
    try {
      return JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version
    } catch {
      // none here: it is further up
    }
  return null
}
