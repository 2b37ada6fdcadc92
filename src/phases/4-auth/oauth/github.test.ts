import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AuthApp } from '../../../../test/support/auth-app.js'
import { type GithubServer, githubServer } from '../../../../test/support/github-server.js'
import {
  callbackOf,
  OAUTH_ORIGIN,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  pathOf,
} from '../../../../test/support/oauth-app.js'

let github: GithubServer
let one: AuthApp

beforeAll(async () => {
  github = await githubServer(callbackOf('github'))
  const { issuer, clientId, clientSecret } = github
  const config = { name: 'github', kind: 'github', issuer, label: 'GitHub' } as const
  one = await oauthApp([{ config, clientId, clientSecret }])
}, 60_000)
beforeEach(() => {
  github.fails.clear()
})
afterAll(async () => {
  await one?.dispose()
  await github?.close()
})

const mails = (email: string, verified = true) => [
  { email: 'other@example.com', primary: false, verified: true },
  { email, primary: true, verified },
]
const comeBack = async (body = {}) => {
  const visitor = oauthVisitor(one)
  const callback = pathOf(await github.visit(await visitor.begin('github', body)))
  const { headers } = await visitor.get(callback).expect(303)
  return { visitor, location: headers.location!, me: await visitor.me() }
}

test('a user of GitHub is registered by their number there, with the confirmed main address', async () => {
  github.user = { id: 1001, login: 'ann', emails: mails('ann@example.com') }
  const first = await comeBack({ next: '/page' })
  expect(first.location).toBe('/page')
  expect(first.me).toMatchObject({ email: 'ann@example.com' })
  expect(Object.fromEntries(github.logins.at(-1)!)).toEqual({
    redirect_uri: callbackOf('github'),
    scope: 'read:user user:email',
    state: expect.any(String),
    code_challenge: expect.any(String),
    code_challenge_method: 'S256',
    client_id: github.clientId,
    response_type: 'code',
  })
  expect(await one.db('usertwo.identities')).toMatchObject([
    { provider: 'github', iss: github.issuer, sub: '1001', shown: 'ann' },
  ])

  // The name there may belong to another person one day; the number does not.
  github.user = { id: 1001, login: 'renamed', emails: mails('renamed@example.com') }
  expect((await comeBack()).me?.id).toBe(first.me?.id)
  github.user = { id: 1002, login: 'ann', emails: mails('new@example.com') }
  expect((await comeBack()).me?.id).not.toBe(first.me?.id)
})

test('case 97: an address that GitHub has not confirmed, or that an account has, joins none', async () => {
  github.user = { id: 2001, login: 'mallory', emails: mails(OAUTH_OWNER.email, false) }
  expect(await comeBack()).toMatchObject({
    location: expect.stringContaining('outcome=no_address'),
    me: null,
  })
  github.user = { id: 2001, login: 'mallory', emails: mails(OAUTH_OWNER.email) }
  expect(await comeBack()).toMatchObject({ location: expect.stringContaining('outcome=exists'), me: null })
  expect(await one.db('usertwo.identities').where({ sub: '2001' })).toEqual([])
})

test.each([['/login/oauth/access_token'], ['/api/v3/user'], ['/api/v3/user/emails']])(
  'case 100: where %s fails no user is made',
  async (path) => {
    github.user = { id: 3001, login: 'late', emails: mails('late@example.com') }
    github.fails.add(path)
    const { location, me } = await comeBack()
    expect(location).toMatch(/outcome=(?:failed|away)$/)
    expect(me).toBeNull()
    expect(await one.db('users').where({ email: 'late@example.com' })).toEqual([])
  },
)

test('case 96: an answer without a number is refused, and so is a code that GitHub does not know', async () => {
  github.user = { id: '4001', login: 'text', emails: mails('text@example.com') }
  expect(await comeBack()).toMatchObject({ location: expect.stringContaining('outcome=failed'), me: null })
  github.user = { id: 4002, login: 'bea', emails: mails('bea@example.com') }
  const visitor = oauthVisitor(one)
  const callback = new URL(await github.visit(await visitor.begin('github')))
  callback.searchParams.set('code', 'another')
  const { headers } = await visitor.get(callback.href.replace(OAUTH_ORIGIN, '')).expect(303)
  expect(headers.location).toContain('outcome=failed')
})

test('case 95: a callback that names another issuer is refused', async () => {
  github.user = { id: 5001, login: 'cat', emails: mails('cat@example.com') }
  const visitor = oauthVisitor(one)
  const callback = pathOf(await github.visit(await visitor.begin('github')))
  const { headers } = await visitor.get(`${callback}&iss=https%3A%2F%2Fother.example`).expect(303)
  expect(headers.location).toContain('outcome=failed')
})
