import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../../reading/syntax/sources.js'
import { parseConfig } from '../../../../src/config/config.js'
import { readBetterAuth } from './read-better-auth.js'

/** What a file with this text shows. */
async function readIn(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-better-auth-'))
  try {
    writeFileSync(join(folder, 'app.js'), text)
    const app = { start: ['node', 'app.js'] }
    const config = parseConfig({ app, owner: { id: 1 }, users: { table: 'user' } })
    return readBetterAuth((await readSources(folder, config)).server)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const IMPORT = "import { betterAuth } from 'better-auth'\n"
const OPTIONS = '{ database: pool, emailAndPassword: { enabled: true, minPasswordLength: 12 } }'

test.each([
  [`${IMPORT}export const auth = betterAuth(${OPTIONS})`, 'auth'],
  [`${IMPORT}const made = betterAuth(${OPTIONS})\nexport { made as auth }`, 'auth'],
  [`${IMPORT}const auth = betterAuth(${OPTIONS})\nexport default auth`, 'default'],
  [`${IMPORT}export default betterAuth(${OPTIONS})`, 'default'],
  [
    `const { betterAuth } = require('better-auth')\nconst auth = betterAuth(${OPTIONS})\nmodule.exports = { login: auth }`,
    'login',
  ],
  [
    `const { betterAuth } = require('better-auth')\nconst auth = betterAuth(${OPTIONS})\nexports.auth = auth`,
    'auth',
  ],
])('what betterAuth returns is found by the name of its export: %s', async (text, exported) => {
  const read = await readIn(text)
  expect(read?.betterAuth).toEqual({ file: 'app.js', exported, why: null })
  expect(read?.logins.map(({ path }) => path)).toEqual(['/api/auth/sign-in/email'])
})

test('basePath is in front of its routes', async () => {
  const read = await readIn(
    `${IMPORT}export const auth = betterAuth({ basePath: '/login', emailAndPassword: { enabled: true } })`,
  )
  expect([read?.logins, read?.registers, read?.logouts].map((some) => some?.[0]?.path)).toEqual([
    '/login/sign-in/email',
    '/login/sign-up/email',
    '/login/sign-out',
  ])
})

test.each([
  [`${IMPORT}export const auth = betterAuth({ socialProviders: {} })`, /do not enable emailAndPassword/],
  [`${IMPORT}export const auth = betterAuth({ emailAndPassword: { enabled: false } })`, /do not enable/],
  [`${IMPORT}const auth = betterAuth(${OPTIONS})`, /app\.js does not export it/],
])('what a gate cannot log in by says why: %s', async (text, why) => {
  expect((await readIn(text))?.betterAuth?.why).toMatch(why)
})

test('another function of that name is not taken for it', async () => {
  expect(await readIn(`const betterAuth = () => {}\nbetterAuth(${OPTIONS})`)).toBeNull()
})
