import { afterEach, expect, test, vi } from 'vitest'
import { parseConfig } from '../../../../config/config.js'
import { parseSettings } from '../../../../config/settings.js'
import type { ConfigError } from '../../../../core/config-error.js'
import { asProviderFailed } from './provider-failed.js'
import { providersIn } from './providers.js'

afterEach(() => {
  vi.doUnmock('openid-client')
  vi.resetModules()
})

test('without the package it says which to install', async () => {
  vi.doMock('openid-client', () => {
    throw new Error("Cannot find package 'openid-client'")
  })
  vi.resetModules()
  const { oauthLibrary } = await import('./oauth-library.js')
  const error = await oauthLibrary().catch((thrown: unknown) => thrown)
  expect((error as ConfigError).problems[0]).toMatch(
    /^AUTH_ENABLE_OAUTH=true: needs openid-client \(.+\); run: npm install openid-client$/,
  )
})

type Given = NonNullable<Parameters<typeof parseConfig>[0]>
const configWith = (providers?: object[]) =>
  parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    ...(providers && { auth: { providers } }),
  } as Given)
const ENV = { ENVIRONMENT: 'test', JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1', USERTWO_PHASE: '5' }
const GOOGLE = { name: 'google', issuer: 'https://accounts.google.com' }

function problemsWith(providers: object[] | undefined, env: Record<string, string>, prefix = ''): string[] {
  try {
    providersIn(configWith(providers), parseSettings({ ...ENV, ...env }, prefix))
    return []
  } catch (error) {
    return [...(error as ConfigError).problems]
  }
}

test('each missing variable is named, and a prefix counts', () => {
  const two = [GOOGLE, { name: 'my-idp', issuer: 'https://idp.example.com', label: 'Ours' }]
  expect(problemsWith(two, { OAUTH_GOOGLE_CLIENT_ID: 'a', OAUTH_MY_IDP_CLIENT_SECRET: 'b' })).toEqual([
    'OAUTH_GOOGLE_CLIENT_SECRET: required with AUTH_ENABLE_OAUTH=true',
    'OAUTH_MY_IDP_CLIENT_ID: required with AUTH_ENABLE_OAUTH=true',
  ])
  const own = { JOURNAL_OAUTH_GOOGLE_CLIENT_ID: 'a', JOURNAL_OAUTH_GOOGLE_CLIENT_SECRET: 'b' }
  expect(problemsWith([GOOGLE], own, 'JOURNAL_')).toEqual([])
  expect(problemsWith([GOOGLE], { ...own, OAUTH_GOOGLE_CLIENT_ID: 'c' })).toHaveLength(1)
  for (const none of [undefined, []])
    expect(problemsWith(none, {})[0]).toMatch(
      /^AUTH_ENABLE_OAUTH=true: the configuration has no provider; give/,
    )
})

test('an issuer over http is for development and test alone', () => {
  const local = [{ name: 'local', issuer: 'http://127.0.0.1:9999' }]
  const clients = { OAUTH_LOCAL_CLIENT_ID: 'a', OAUTH_LOCAL_CLIENT_SECRET: 'b' }
  expect(problemsWith(local, clients)).toEqual([])
  const live = { ENVIRONMENT: 'staging', CORS_ORIGINS: 'https://app.example.com' }
  expect(problemsWith(local, { ...clients, ...live })).toEqual([
    'auth.providers: the issuer of local is not https, and that is allowed in development and test alone',
  ])
})

test('an error of the package is known by its words alone', () => {
  const body = {
    code: 'OAUTH_INVALID_RESPONSE',
    cause: { parameters: 'code=secret' },
    message: 'code=secret',
  }
  const failed = asProviderFailed(Object.assign(new Error('x'), body))
  expect([failed.kind, failed.reason]).toEqual(['refused', 'OAUTH_INVALID_RESPONSE'])
  expect(JSON.stringify([failed, failed.message, failed.stack, failed.cause])).not.toContain('secret')
  const said = asProviderFailed(Object.assign(new Error('x'), { error: 'invalid_client' }))
  expect(said.reason).toBe('invalid_client')
  expect(asProviderFailed(Object.assign(new Error('x'), { error: 'a\nline' })).reason).toBe('Error')
  expect(asProviderFailed(new TypeError('fetch failed')).kind).toBe('away')
})
