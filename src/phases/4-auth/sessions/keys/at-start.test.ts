import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterEach, expect, test } from 'vitest'
import { SECRET, type WrappedApp, wrappedApp } from '../../../../../test/support/wrapped-app.js'
import { parseSettings } from '../../../../config/settings.js'
import { systemClock } from '../../../../core/clock.js'
import { keysAtStart } from './at-start.js'
import type { Jwk } from './key-set.js'
import { jwkOfSecret, rotated } from './rotate.js'

let app: WrappedApp | undefined
afterEach(async () => {
  await app?.dispose()
  app = undefined
})

const now = Math.floor(Date.now() / 1000)
const set = rotated([jwkOfSecret(SECRET)], { algorithm: 'ES256', now, after: 600, days: 30 })
const started = async (env: Record<string, string>) => {
  app = await wrappedApp(() => express().get('/notes', (_req, res) => void res.json({ ok: true })), { env })
  return app
}

test('a start reads the keys of a file, and what was signed by the secret’s is believed', async () => {
  const file = join(tmpdir(), `usertwo-keys-${process.pid}.json`)
  writeFileSync(file, JSON.stringify({ keys: set }))
  const { ask, people } = await started({ JWT_KEYS_FILE: file })
  expect((await ask(people[1]!, 'GET', '/api/auth/me')).status).toBe(200)
  const shown = (await (await ask(null, 'GET', '/api/auth/jwks.json')).json()) as { keys: Jwk[] }
  expect(shown.keys.map(({ kid }) => kid)).toEqual([set[0]!.kid])
})

test('a set without the secret’s key believes nothing that it signed', async () => {
  const { ask, people } = await started({
    JWT_KEYS: JSON.stringify({ keys: rotated([], { algorithm: 'HS256', now, after: 0, days: 30 }) }),
  })
  expect((await ask(people[1]!, 'GET', '/api/auth/me')).status).toBe(401)
})

test.each([
  [{ JWT_KEYS_FILE: '/nowhere/keys.json' }, /cannot be read \(ENOENT\).*keys rotate/],
  [{ JWT_KEYS: '{}' }, /JWT_KEYS: keys/],
  [{ JWT_KEYS: JSON.stringify({ keys: [{ ...jwkOfSecret(SECRET), exp: 1 }] }) }, /no key may sign now/],
  [{ JWT_KEYS: '{}', JWT_KEYS_FILE: 'x' }, /one of them says what the keys are/],
])('what cannot be used stops the start, and is not shown: %j', (env, said) => {
  const given = env as Record<string, string>
  const start = () =>
    keysAtStart({
      settings: parseSettings({ ENVIRONMENT: 'test', USERTWO_PHASE: '4', JWT_SECRET: SECRET, ...given }),
      clock: systemClock,
    })
  expect(start).toThrow(said)
  expect(start).not.toThrow(String(jwkOfSecret(SECRET).k))
})
