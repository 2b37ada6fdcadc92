import { afterEach, expect, test, vi } from 'vitest'
import type { ConfigError } from '../../../core/config-error.js'

afterEach(() => {
  vi.doUnmock('@simplewebauthn/server')
  vi.resetModules()
})

test('without the package it says which to install', async () => {
  vi.doMock('@simplewebauthn/server', () => {
    throw new Error("Cannot find package '@simplewebauthn/server'")
  })
  vi.resetModules()
  const { passkeyLibrary } = await import('./passkey-library.js')
  const error = await passkeyLibrary().catch((thrown: unknown) => thrown)
  expect((error as ConfigError).problems[0]).toMatch(
    /^AUTH_ENABLE_PASSKEYS=true: needs @simplewebauthn\/server \(.+\); run: npm install @simplewebauthn\/server$/,
  )
})
