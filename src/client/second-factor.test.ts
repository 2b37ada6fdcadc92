import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ANN, type BadgeApp, badgeApp } from '../../test/support/badge-app.js'
import { clients } from '../../test/support/client-on.js'
import { browserOn } from '../../test/support/tab.js'
import { enrolled, phoneCode } from '../../test/support/totp.js'

let at: BadgeApp
let secret: string
beforeAll(async () => {
  at = await badgeApp({}, {}, { AUTH_ENABLE_TOTP: 'true' })
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ANN) }
  const { access_token } = (await (await fetch(`${at.url}/api/auth/login`, sent)).json()) as {
    access_token: string
  }
  ;({ secret } = await enrolled(at.one, access_token))
}, 60_000)
afterAll(() => at?.dispose())
const { openIn, stop } = clients()
afterEach(stop)

test('says that a code is due, and logs in with it', async () => {
  const browser = browserOn(at.url)
  const client = openIn(browser)
  at.one.clock.move(60)
  await expect(client.login(ANN)).rejects.toMatchObject({ code: 'factor_required', status: 401 })
  expect(await client.user()).toBeNull()
  expect(client.told).toEqual([])
  await expect(client.login({ ...ANN, code: '000' })).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await client.login({ ...ANN, code: phoneCode(at.one, secret) })).toMatchObject({ id: 1 })
  expect((await client.fetch('/rows')).status).toBe(200)
  expect(client.told).toEqual([`null → ${ANN.email}`])
})
