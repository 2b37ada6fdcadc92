import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { transferOwner } from '../../../src/phases/4-auth/admin/transfer-owner.js'
import { authMail } from '../../../src/phases/4-auth/links/auth-mail.js'
import { type AuthApp, authApp, CODE } from '../../../test/support/auth-app.js'
import { type MailServer, mailServer } from '../../../test/support/mail-server.js'
import { passkeyClient } from '../../../test/support/passkeys.js'
import { enrolled, phoneCode } from '../../../test/support/totp.js'
import { EXIT } from '../../command.js'
import { command as users } from './users.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const folder = mkdtempSync(join(tmpdir(), 'usertwo-factors-'))
writeFileSync(
  join(folder, 'usertwo.config.mjs'),
  `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }`,
)
afterAll(() => rmSync(folder, { recursive: true }))

let one: AuthApp
let mails: MailServer
let secret: string
let token: string
const post = (path: string, body: object) => request(one.app).post(`/api/auth${path}`).send(body)
const login = async () => (await post('/login', OWNER).expect(200)).body

beforeEach(async () => {
  mails = await mailServer()
  const env = {
    AUTH_ENABLE_TOTP: 'true',
    AUTH_ENABLE_PASSKEYS: 'true',
    SMTP_URL: mails.url,
    MAIL_FROM: 'app@example.com',
    PUBLIC_URL: 'https://app.example.com',
    AUTH_REQUIRE_EMAIL_VERIFY: 'false',
  }
  one = await authApp({ dial: 5, env })
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  token = (await login()).access_token
  ;({ secret } = await enrolled(one, token))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await one?.dispose()
  await mails?.stop()
})

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await users.run(['factors', ...args, '--database', one.url, '--config', folder])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}
const subjects = async () => {
  await authMail(one.kit)!.sendDue()
  return mails.taken.map(({ raw }) => /^Subject: (.*)/m.exec(raw)?.[1]?.trim())
}

it('shows a second factor, removes it, notes that and has it mailed', async () => {
  const day = new Date().toISOString().slice(0, 10)
  expect(await run(OWNER.email)).toEqual({
    code: EXIT.go,
    printed: `User 1 has an authenticator app since ${day}, and 10 recovery codes left.`,
  })
  one.clock.move(60)
  const { mfa_token } = await login()
  vi.stubEnv('SMTP_URL', mails.url)
  expect(await run(OWNER.email, '--reset')).toEqual({
    code: EXIT.go,
    printed:
      'The second factor of user 1 is gone: they log in with their password alone. The app mails them that.',
  })
  expect((await login()).access_token).toBeTruthy()
  // A login that waited for a code is over.
  await post('/totp/verify', { mfa_token, code: phoneCode(one, secret) }).expect(401)
  expect(await one.db('usertwo.audit').where({ event: 'factor_removed' })).toMatchObject([
    { user_id: 1, details: { by: 'operator' } },
  ])
  expect(await subjects()).toEqual([
    'A second factor protects your account in usertwo',
    'Your account in usertwo has no second factor any more',
  ])
  expect(await run(OWNER.email, '--reset')).toEqual({
    code: EXIT.noGo,
    printed: 'User 1 has no second factor and no passkey.',
  })
  expect(JSON.parse((await run(OWNER.email, '--json')).printed)).toEqual({ id: 1, totp: null, passkeys: [] })
})

it('shows passkeys and removes them, notes that and has it mailed', async () => {
  const day = new Date().toISOString().slice(0, 10)
  const client = passkeyClient(one, '203.0.113.9', 'https://app.example.com')
  const { passkey } = await client.register(token, 'my phone')
  await client.register(token, 'the key')
  expect((await client.logIn(passkey)).status).toBe(200)
  expect((await run('1')).printed.split('\n').slice(1)).toEqual([
    `User 1 has the passkey "my phone" since ${day}, last used ${day}.`,
    `User 1 has the passkey "the key" since ${day}, not used yet.`,
  ])
  vi.stubEnv('SMTP_URL', mails.url)
  expect(await run('1', '--reset')).toEqual({
    code: EXIT.go,
    printed:
      'The second factor of user 1 is gone: they log in with their password alone. Removed 2 passkeys of user 1. The app mails them that.',
  })
  expect((await client.logIn(passkey)).status).toBe(401)
  expect(await one.db('usertwo.audit').where({ event: 'passkey_removed' })).toMatchObject([
    { user_id: 1, details: { by: 'operator', passkeys: 2 } },
  ])
  expect((await subjects()).slice(1)).toEqual([
    'A passkey was added to your account in usertwo',
    'A passkey was added to your account in usertwo',
    'Your account in usertwo has no second factor any more',
    'A passkey of your account in usertwo was removed',
  ])
})

it('says that it is not mailed where SMTP_URL is not set', async () => {
  expect((await run('1', '--reset')).printed).toMatch(/SMTP_URL is not set here: tell them yourself\.$/)
  expect(await one.db('usertwo.outbox').where({ kind: 'factor_removed' })).toEqual([])
})

it('goes with the owner’s account: its new owner needs no code of the former one, whose passkeys are gone', async () => {
  await passkeyClient(one, '203.0.113.9', 'https://app.example.com').register(token)
  await transferOwner(one.db, one.kit.config, 'ann@example.com')
  expect(await one.db('usertwo.passkeys')).toEqual([])
  expect(await one.db('usertwo.totp')).toEqual([])
  expect(await one.db('usertwo.recovery_codes')).toEqual([])
})
