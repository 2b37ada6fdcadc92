import { afterEach, expect, test, vi } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { variableOf } from '../../../src/config/settings.js'
import { appEnvironment, asPrefixed, tokenStyleOf } from './app-environment.js'

const configOf = (env: Record<string, string>) =>
  parseConfig({
    app: { start: ['node', 'server.js'], env },
    owner: { id: 1 },
    users: { table: 'users' },
    prefix: 'JOURNAL_',
  })
afterEach(() => vi.unstubAllEnvs())

test('the token style comes from this process, else from the configuration, by either name', () => {
  const config = configOf({ JOURNAL_TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true', JOURNAL_TITLE: 'A' })
  expect(tokenStyleOf(config)).toEqual({ TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'true' })
  vi.stubEnv('TOKEN_STYLE', 'bearer')
  vi.stubEnv('JOURNAL_AUTH_COOKIE_REFRESH', 'false')
  expect(tokenStyleOf(config)).toEqual({ TOKEN_STYLE: 'bearer', AUTH_COOKIE_REFRESH: 'false' })
  expect(tokenStyleOf(configOf({}))).toMatchObject({ TOKEN_STYLE: 'bearer' })
})

test('a check’s value by plain name wins over the prefixed name in app.env', () => {
  const env = { JOURNAL_METRICS: 'true', METRICS: 'false', JOURNAL_TITLE: 'A', TITLE: 'B', PORT: '1' }
  const given = asPrefixed(env, 'JOURNAL_')
  expect(variableOf(given, 'JOURNAL_', 'METRICS')).toBe('false')
  expect(given).toEqual({ ...env, JOURNAL_METRICS: 'false' })
  expect(asPrefixed({ ...env, METRICS: '' }, 'JOURNAL_').JOURNAL_METRICS).toBe('')
  expect(asPrefixed(env, undefined)).toEqual(env)
})

test('the address that the app is deployed at keeps no path, because no proxy takes it away here', () => {
  const { env } = configOf({
    JOURNAL_PUBLIC_URL: 'https://example.com/notes',
    HOME_URL: 'https://example.com/notes',
  }).app
  const given = appEnvironment(configOf(env), 'postgres://app@127.0.0.1:5432/app')
  expect(given).toMatchObject({
    JOURNAL_PUBLIC_URL: 'https://example.com',
    HOME_URL: 'https://example.com/notes',
  })
})
