// Login by another provider in Chromium, with a real oidc-provider, with script and without: registered, logged in again, linked
// to an account with that address, unlinked, and the owner claimed by it.
// SHOTS=folder keeps a picture of each page, in both themes, 390 and 1280 px wide.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { type AuthApp, CODE } from './support/auth-app.js'
import { lookedAt } from './support/looked-at.js'
import { oauthApp } from './support/oauth-app.js'
import { type OidcServer, oidcServer } from './support/oidc-server.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let browser: Browser
let provider: OidcServer
let servers: [Server, Server]
/** an app that is open to registration, and one whose owner is not claimed */
let one: AuthApp
let unclaimed: AuthApp

const portOf = (server: Server) => (server.address() as AddressInfo).port
/** Another site than the provider's, as browsers see it. */
const urlOf = (server: Server) => `http://localhost:${portOf(server)}`

beforeAll(async () => {
  browser = await launchBrowser()
  servers = [createServer(), createServer()]
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const callbacks = servers.map((server) => `${urlOf(server)}/api/auth/oauth/other/callback`)
  provider = await oidcServer(callbacks)
  const { issuer, clientId, clientSecret } = provider
  const given = { config: { name: 'other', issuer, label: 'Other' }, clientId, clientSecret }
  const of = (server: Server) => ({
    env: { ENVIRONMENT: 'development', TRUST_PROXY: '0', PUBLIC_URL: urlOf(server) },
    config: { name: 'Comic pile' },
  })
  one = await oauthApp([given], of(servers[0]))
  unclaimed = await oauthApp([given], { ...of(servers[1]), open: false }, { claimed: false })
  servers[0].on('request', one.app)
  servers[1].on('request', unclaimed.app)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  for (const server of servers ?? []) {
    server.closeAllConnections()
    server.close()
  }
  await one?.dispose()
  await unclaimed?.dispose()
  await provider?.close()
})

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

/** Logs in at the provider, whose page it is. */
async function signIn(page: Page, name: string): Promise<void> {
  await heading(page, 'The other provider')
  await page.getByLabel('Name').fill(name)
  await press(page, 'Sign in')
}
/** The user whose login the browser has, once it is back in the app. Below phase 6 the app itself is for the owner alone. */
async function userBack(page: Page): Promise<number> {
  await page.waitForURL('**/page')
  return (await (await page.request.get('/api/auth/me')).json()).id
}
const open = (javaScriptEnabled: boolean, at = 0): Promise<BrowserContext> =>
  browser.newContext({ baseURL: urlOf(servers[at]!), javaScriptEnabled })

const WAYS: [string, boolean][] = [
  ['with script', true],
  ['without script', false],
]

test.each(WAYS)(
  'a user is registered by the provider, and logs in by it again: %s',
  async (_how, javaScriptEnabled) => {
    const look = (page: Page, name: string) => (javaScriptEnabled ? lookedAt(page, name) : Promise.resolve())
    const name = javaScriptEnabled ? 'ann' : 'bea'
    const context = await open(javaScriptEnabled)
    const page = await context.newPage()
    await page.goto('/auth/register?next=/page')
    await look(page, 'register-providers')
    await press(page, 'Continue with Other')
    await heading(page, 'The other provider')
    await press(page, 'Cancel')
    await page.getByText('The login by Other did not work, or was cancelled. Try again.').waitFor()
    await look(page, 'login-failed')
    await page.goto('/auth/login?next=/page')
    await look(page, 'login-providers')
    await press(page, 'Continue with Other')
    await signIn(page, name)
    const user = await userBack(page)
    expect(user).toBeGreaterThan(1)
    await page.goto('/auth/account')
    await page.getByText(`${name}@idp.example.com`).first().waitFor()
    await look(page, 'account-linked')
    await press(page, `Unlink Other (${name}@idp.example.com)`)
    await page.getByText('This is the only way into your account').waitFor()
    await page.goto('/auth/logout')
    await press(page, 'Log out')
    // The provider still knows the browser, and asks for nothing.
    await page.goto('/auth/login?next=/page')
    await press(page, 'Continue with Other')
    expect(await userBack(page)).toBe(user)
    await context.close()
  },
  120_000,
)

test.each(WAYS)(
  'where an account has the address, its user logs in, links the provider, and unlinks it: %s',
  async (_how, javaScriptEnabled) => {
    const look = (page: Page, name: string) => (javaScriptEnabled ? lookedAt(page, name) : Promise.resolve())
    const name = javaScriptEnabled ? 'cleo' : 'dora'
    const email = `${name}@idp.example.com`
    const body = JSON.stringify({ ...OWNER, email })
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    expect((await fetch(`${urlOf(servers[0])}/api/auth/register`, sent)).status).toBe(202)
    const context = await open(javaScriptEnabled)
    const page = await context.newPage()
    await page.goto('/auth/login')
    await press(page, 'Continue with Other')
    await signIn(page, name)
    await page.getByText('There is an account with your address at Other already').waitFor()
    await look(page, 'login-exists')
    await page.getByLabel('E-mail or user name').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await press(page, 'Log in')
    await heading(page, 'Your account')
    await look(page, 'account-unlinked')
    one.clock.move(16 * 60)
    await page.reload()
    await press(page, 'Link Other')
    await heading(page, 'Your password, please')
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await press(page, 'Go on')
    await page.getByText('The account is linked. You can log in by it from now on.').waitFor()
    await press(page, `Unlink Other (${email})`)
    await page.getByText('The account is unlinked. It does not log in here any more.').waitFor()
    await context.close()
  },
  120_000,
)

test('a user without a password proves who they are by the provider again', async () => {
  const context = await open(true)
  const page = await context.newPage()
  await page.goto('/auth/login?next=/auth/account')
  await press(page, 'Continue with Other')
  await signIn(page, 'erin')
  await heading(page, 'Your account')
  one.clock.move(16 * 60)
  await page.goto('/auth/sessions')
  await page.goto('/auth/account')
  await press(page, 'Link Other')
  await heading(page, 'Log in again, please')
  await lookedAt(page, 'confirm-by-provider')
  await press(page, 'Continue with Other')
  await heading(page, 'Your account')
  await context.close()
}, 60_000)

test('the owner is claimed by the provider with the code', async () => {
  const context = await open(true, 1)
  const page = await context.newPage()
  await page.goto('/auth/register?next=/page')
  await lookedAt(page, 'claim-providers')
  await press(page, 'Continue with Other')
  await signIn(page, 'owner')
  await page.getByText('No account here is linked to yours at Other, and registration is closed').waitFor()
  await lookedAt(page, 'register-closed')
  await page.goto('/auth/register?next=/page')
  await page.getByLabel('Claim code').fill(CODE)
  await press(page, 'Continue with Other')
  expect(await userBack(page)).toBe(1)
  await context.close()
}, 60_000)
