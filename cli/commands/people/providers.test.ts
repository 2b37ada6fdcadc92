import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { SmallProvider } from '../../../proof/checks/4-auth/oauth/small-provider.js'
import type { AuthApp } from '../../../test/support/auth-app.js'
import { given, oauthApp, oauthVisitor, smallProviders } from '../../../test/support/oauth-app.js'
import { EXIT } from '../../command.js'
import { command as users } from './users.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-providers-'))
writeFileSync(
  join(folder, 'usertwo.config.mjs'),
  `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }`,
)
let alpha: SmallProvider
let one: AuthApp

beforeAll(async () => {
  ;({ alpha } = await smallProviders('alpha'))
  one = await oauthApp([given('alpha', alpha)])
}, 60_000)
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await one?.dispose()
  await alpha?.close()
})

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await users.run(['providers', ...args, '--database', one.url, '--config', folder])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

it('shows the providers of a user, and unlinks them', async () => {
  const email = 'ann@example.com'
  alpha.user = { sub: 'ann', email, email_verified: true }
  await oauthVisitor(one).comeBy(alpha, 'alpha')
  const [{ id }] = await one.db('users').where({ email })
  const day = new Date().toISOString().slice(0, 10)
  expect(await run('1')).toEqual({ code: EXIT.go, printed: 'User 1 has linked no provider.' })
  expect(await run(email)).toEqual({
    code: EXIT.go,
    printed: `User ${id} has linked alpha (${email}) since ${day}.`,
  })
  expect(JSON.parse((await run(email, '--json')).printed)).toMatchObject({
    id,
    providers: [{ provider: 'alpha', shown: email }],
  })
  expect(await run(email, '--unlink')).toEqual({
    code: EXIT.go,
    printed: `Unlinked one account of user ${id}. Their logins go on: usertwo sessions revoke --user ${id} ends them. User ${id} has no password: usertwo users reset-link prints a link. SMTP_URL is not set here: tell them yourself.`,
  })
  expect((await run(email, '--unlink')).code).toBe(EXIT.noGo)
  expect(await one.db('usertwo.audit').where({ event: 'provider_unlinked' })).toMatchObject([
    { user_id: id, details: { by: 'operator', providers: 1 } },
  ])
  // The account there is unknown again, and the address has an account.
  expect(await oauthVisitor(one).comeBy(alpha, 'alpha')).toContain('outcome=exists')
})
