import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { issueReset } from '../../../src/phases/4-auth/links/reset-token.js'
import { createUser } from '../../../src/phases/4-auth/registration/create-user.js'
import { createToken } from '../../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import { type AuthApp, authApp, CODE } from '../../../test/support/auth-app.js'
import { EXIT } from '../../command.js'
import { command as owner } from './owner.js'

const FORMER = { email: 'former@example.com', password: 'a long enough sentence 1' }
const PASSWORD = 'another long sentence 2'
const folder = mkdtempSync(join(tmpdir(), 'usertwo-owner-'))
writeFileSync(
  join(folder, 'usertwo.config.mjs'),
  `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }`,
)
afterAll(() => rmSync(folder, { recursive: true }))

let one: AuthApp
beforeEach(async () => {
  one = await authApp()
})
afterEach(() => one?.dispose())

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await owner.run(['transfer', ...args, '--database', one.url, '--config', folder])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

const login = (given: object) => request(one.app).post('/api/auth/login').send(given)
const me = (token: string) => request(one.app).get('/api/auth/me').set('authorization', `Bearer ${token}`)

it('hands the owner over: the former one keeps nothing, the new one sets a password and is user 1', async () => {
  const claimed = await request(one.app)
    .post('/api/auth/register')
    .send({ ...FORMER, claim_code: CODE })
  expect(claimed.status).toBeLessThan(300)
  const { body } = await login(FORMER)
  expect((await me(body.access_token)).status).toBe(200)
  const program = await createToken(one.db, 1, { name: 'job', scopes: ['read'], days: 1 })
  const oldLink = await issueReset(one.db, 1)

  const asked = await run('ann@example.com')
  expect([asked.code, asked.printed]).toEqual([EXIT.noGo, expect.stringContaining('Say --yes')])
  expect((await me(body.access_token)).status).toBe(200)

  const { code, printed } = await run('Ann@Example.com', '--yes')
  expect([code, printed]).toEqual([EXIT.go, expect.stringContaining('User 1 is ann@example.com from now on')])
  for (const token of [body.access_token, program.token]) expect((await me(token)).status).toBe(401)
  for (const email of [FORMER.email, 'ann@example.com'])
    expect((await login({ email, password: FORMER.password })).status).toBe(401)
  const reset = (token: string) =>
    request(one.app).post('/api/auth/password/reset').send({ token, password: PASSWORD })
  expect((await reset(oldLink)).status).toBe(400)
  // A second claim is refused in between.
  const again = await request(one.app)
    .post('/api/auth/register')
    .send({ email: 'third@example.com', password: PASSWORD, claim_code: CODE })
  expect(again.status).toBeGreaterThanOrEqual(400)

  const [, token = ''] = /token=([\w-]+)/.exec(printed) ?? []
  expect((await reset(token)).status).toBeLessThan(300)
  const entered = await login({ email: 'ann@example.com', password: PASSWORD })
  expect(
    (await me(entered.body.access_token)).body.user ?? (await me(entered.body.access_token)).body,
  ).toMatchObject({
    id: 1,
    email: 'ann@example.com',
  })
  const noted = await one
    .db('usertwo.audit')
    .where({ event: 'owner_transferred' })
    .select('user_id', 'details')
  expect(noted).toEqual([{ user_id: 1, details: { former: [expect.any(String), expect.any(String)] } }])
  expect(JSON.stringify(noted)).not.toContain('former@')
})

it('is refused before the claim, and for an address that another account has', async () => {
  const early = await run('ann@example.com', '--yes')
  expect([early.code, early.printed]).toEqual([
    EXIT.noGo,
    expect.stringContaining('The owner is not claimed yet'),
  ])
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...FORMER, claim_code: CODE })
  await createUser(one.db, one.kit.config, { email: 'ann@example.com', password: PASSWORD }, { cost: 4 })
  const { code, printed } = await run('ann@example.com', '--yes')
  expect([code, printed]).toEqual([
    EXIT.noGo,
    expect.stringMatching(/is the address of user \d+, who keeps their own/),
  ])
  expect((await login(FORMER)).status).toBe(200)
  await expect(run('ann', '--yes')).rejects.toThrow('e-mail address')
})
