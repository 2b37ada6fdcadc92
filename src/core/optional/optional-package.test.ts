import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { otherVersion, refuseOtherVersions } from './optional-package.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-optional-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file in an app that has these versions of packages. */
function appWith(name: string, versions: Record<string, string>): string {
  for (const [one, version] of Object.entries(versions)) {
    const place = join(folder, name, 'node_modules', one)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name: one, version }))
  }
  return join(folder, name, 'server.js')
}

test.each([
  ['openid-client', '5.7.1', 'openid-client 6.9.0 or later, below 7', 'openid-client@6'],
  ['openid-client', '6.8.0', 'openid-client 6.9.0 or later, below 7', 'openid-client@6'],
  ['ioredis', '4.31.0', 'ioredis 5 or later, below 7', 'ioredis@6'],
  ['nodemailer', '5.1.1', 'nodemailer 6 or later', 'nodemailer@latest'],
  ['@simplewebauthn/server', '13.2.0', '@simplewebauthn/server 14.0.3 or later, below 15', '14'],
  ['uqr', '0.2.0', 'uqr 0.1.2 or later, below 0.2', 'uqr@0.1'],
] as const)('%s %s is not what its feature needs', (name, version, wanted, install) => {
  const words = otherVersion(name, appWith(`${name}-${version}`, { [name]: version }))
  expect(words).toContain(`needs ${wanted}, and ${version} is installed; run: npm install`)
  expect(words).toMatch(new RegExp(`${install}$`))
})

test.each([
  ['openid-client', '6.9.0'],
  ['openid-client', '6.99.0-beta.1'],
  ['nodemailer', '99.0.0'],
  ['otpauth', '9.4.0'],
] as const)('%s %s is what its feature needs', (name, version) => {
  expect(otherVersion(name, appWith(`${name}-${version}`, { [name]: version }))).toBeNull()
})

test('a feature is refused with each package that it needs in another version', () => {
  const place = appWith('redis', { ioredis: '4.31.0', 'rate-limit-redis': '3.1.0' })
  const names = ['ioredis', 'rate-limit-redis'] as const
  expect(() => refuseOtherVersions('REDIS_URL', names, place)).toThrow(
    /REDIS_URL needs ioredis 5.* 4\.31\.0 is installed.*\n.*REDIS_URL needs rate-limit-redis 4.* 3\.1\.0 .*leave it off/,
  )
})

test('a package that is missing is left to the code that loads it; the versions of this repository are accepted', () => {
  expect(otherVersion('ioredis', join(folder, 'none/server.js'))).toBeNull()
  const all = ['ioredis', 'nodemailer', 'openid-client', 'otpauth', 'uqr', 'yazl', 'prom-client'] as const
  expect(() => refuseOtherVersions('all', all)).not.toThrow()
})
