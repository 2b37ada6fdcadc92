import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { findOwnLogin } from './own-login.js'

async function loginIn(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-login-'))
  try {
    writeFileSync(join(folder, 'app.js'), text)
    const config = parseConfig({
      app: { start: ['node', 'app.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    return findOwnLogin((await readSources(folder, config)).server)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.each([
  [`const jwt = require('jsonwebtoken'); app.use((req) => jwt.verify(req.token, 'x'))`, 'jsonwebtoken'],
  [`import { jwtVerify } from 'jose'; await jwtVerify('', key)`, 'jose'],
  [`const passport = require('passport'); app.post('/login', passport.authenticate('local'))`, 'passport'],
  [`app.post('/login', (req) => { req.session.userId = 1 })`, 'its session'],
])('%s is a login', async (text, by) => {
  expect(await loginIn(text)).toEqual({ by, at: 'app.js:1' })
})

test.each([
  `const jwt = require('jsonwebtoken'); exports.link = () => jwt.sign({}, 'x')`,
  `app.get('/', (req) => { req.session.views = 1 })`,
])('%s is not a login', async (text) => {
  expect(await loginIn(text)).toBeNull()
})
