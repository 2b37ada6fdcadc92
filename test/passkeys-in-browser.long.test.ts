// Passkeys in Chromium, each device with a virtual authenticator: added, used without a name, renamed, removed.
// SHOTS=folder keeps a picture of each page, in both themes, 390 and 1280 px wide.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'
import { lookedAt } from './support/looked-at.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
let browser: Browser
let one: AuthApp
let server: Server
let baseURL: string

beforeAll(async () => {
  browser = await launchBrowser()
  const env = { ENVIRONMENT: 'development', TRUST_PROXY: '0', AUTH_ENABLE_PASSKEYS: 'true' }
  one = await authApp({ dial: 5, env, config: { name: 'Comic pile' } })
  server = one.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseURL = `http://localhost:${(server.address() as AddressInfo).port}`
  const body = JSON.stringify({ ...OWNER, claim_code: CODE })
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  expect((await fetch(`${baseURL}/api/auth/register`, sent)).status).toBe(202)
}, 60_000)
beforeEach(() => one.db('usertwo.passkeys').delete())
afterEach(async () => {
  for (const context of devices.splice(0)) await context.close()
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await one?.dispose()
})

const devices: BrowserContext[] = []

interface Device {
  page: Page
  context: BrowserContext
  cdp: CDPSession
  authenticatorId: string
  /** whether a touch and a fingerprint are given without being asked */
  isAnswering(answers: boolean): Promise<void>
  isVerified(verified: boolean): Promise<void>
}

/**
 * A browser with an authenticator of its own.
 *
 * @param lists whether the field for the login lists passkeys: Chromium's virtual authenticators pick one by themselves
 */
async function device(lists = false): Promise<Device> {
  const context = await browser.newContext({ baseURL })
  devices.push(context)
  if (!lists)
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: false,
  } as const
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options })
  return {
    page,
    context,
    cdp,
    authenticatorId,
    isAnswering: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    isVerified: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
  }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function byPassword(page: Page): Promise<void> {
  await page.goto('/auth/login?next=/auth/passkeys')
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await press(page, 'Log in')
  await page.waitForURL(/:\d+\/auth\/passkeys/)
}

/** Adds a passkey on the page of passkeys. */
async function add({ page, isAnswering }: Device, name: string, look?: (name: string) => Promise<void>) {
  await page.getByLabel('Name', { exact: true }).last().fill(name)
  await press(page, 'Add a passkey')
  await page.getByRole('button', { name: 'Create the passkey' }).waitFor()
  await look?.('passkeys-create')
  await isAnswering(true)
  await press(page, 'Create the passkey')
  await page.getByText('The passkey is added.').waitFor()
  await isAnswering(false)
}

async function byButton({ page, isAnswering }: Device): Promise<void> {
  await page.goto('/auth/login?next=/auth/passkeys')
  await page.getByRole('button', { name: 'Log in with a passkey' }).waitFor()
  await isAnswering(true)
  await press(page, 'Log in with a passkey')
}

test('a passkey is added, logs in without a name, is renamed and removed', async () => {
  const phone = await device()
  const { page, context } = phone
  const look = (name: string) => lookedAt(page, name)
  await page.goto('/auth/login')
  await page.getByRole('button', { name: 'Log in with a passkey' }).waitFor()
  await look('login-passkey')
  await byPassword(page)
  await look('passkeys-none')
  await add(phone, 'my phone', look)
  await look('passkeys-added')

  await context.clearCookies()
  await byButton(phone)
  await page.waitForURL(/:\d+\/auth\/passkeys/)
  await phone.isAnswering(false)
  await page.getByText('last used').waitFor()
  await look('passkeys-used')

  await page.getByText('Rename', { exact: true }).click()
  await look('passkeys-rename')
  await page.getByLabel('Name', { exact: true }).first().fill('old phone')
  await press(page, 'Save the name')
  await page.getByText('The name is changed.').waitFor()
  await page.goto('/auth/account')
  await page.getByText('Passkey used to log in').first().waitFor()
  await page.getByRole('link', { name: 'Passkeys' }).click()

  // The login is old: a passkey logs in again, or the password comes first.
  one.clock.move(20 * 60)
  await press(page, 'Remove old phone')
  await page.getByRole('heading', { name: 'Your password, please' }).waitFor()
  await look('passkeys-confirm')
  await phone.isAnswering(true)
  await press(page, 'Log in with a passkey')
  await page.waitForURL(/:\d+\/auth\/passkeys$/)
  await phone.isAnswering(false)
  one.clock.move(20 * 60)
  await press(page, 'Remove old phone')
  await page.getByRole('heading', { name: 'Your password, please' }).waitFor()
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await press(page, 'Go on')
  await page.getByText('The passkey is removed.').waitFor()

  await context.clearCookies()
  await byButton(phone)
  await page.getByText('This passkey was not accepted').first().waitFor()
  expect(await one.db('usertwo.audit').where({ event: 'passkey_refused' })).toHaveLength(1)
  await one.db('usertwo.login_throttle').delete()
}, 120_000)

test('each of two devices has its own, and one that is removed ends the other’s not', async () => {
  const [phone, laptop] = [await device(), await device()]
  await byPassword(phone.page)
  await add(phone, 'my phone')
  await byPassword(laptop.page)
  await add(laptop, 'the laptop')
  await laptop.page.getByText('my phone', { exact: true }).waitFor()

  await press(laptop.page, 'Remove my phone')
  await laptop.page.getByText('The passkey is removed.').waitFor()
  await phone.context.clearCookies()
  await laptop.context.clearCookies()
  await byButton(phone)
  await phone.page.getByText('This passkey was not accepted').first().waitFor()
  await byButton(laptop)
  await laptop.page.waitForURL(/:\d+\/auth\/passkeys/)
  await laptop.page.getByText('the laptop', { exact: true }).waitFor()
}, 120_000)

test('the field for the login offers passkeys, and one that is picked logs in', async () => {
  const phone = await device(true)
  const { page, context } = phone
  await byPassword(page)
  await add(phone, 'my phone')
  await context.clearCookies()
  await phone.isAnswering(true)
  await page.goto('/auth/login?next=/auth/passkeys')
  await page.waitForURL(/:\d+\/auth\/passkeys/)
  const [row] = await one.db('usertwo.passkeys')
  expect(row.last_used_at).not.toBeNull()
}, 60_000)

test('without a finger on the sensor nothing is sent, and the page says so', async () => {
  const phone = await device()
  const { page, context } = phone
  await byPassword(page)
  await add(phone, 'my phone')
  await context.clearCookies()
  await phone.isVerified(false)
  await byButton(phone)
  await page.getByText('It was cancelled, or did not work. Try again.').waitFor()
  await lookedAt(page, 'login-passkey-error')
  // The password still logs in.
  await phone.isAnswering(false)
  await page.getByLabel('E-mail or user name').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await press(page, 'Log in')
  await page.waitForURL(/:\d+\/auth\/passkeys/)
}, 60_000)

test('a device adds one passkey only', async () => {
  const phone = await device()
  await byPassword(phone.page)
  await add(phone, 'my phone')
  await phone.page.getByLabel('Name', { exact: true }).last().fill('again')
  await press(phone.page, 'Add a passkey')
  await phone.isAnswering(true)
  await press(phone.page, 'Create the passkey')
  await phone.page.getByText('It was cancelled, or did not work. Try again.').waitFor()
  expect(await one.db('usertwo.passkeys')).toHaveLength(1)
}, 60_000)

test('browsers that read no options from JSON are given them as they need them', async () => {
  const phone = await device()
  const { page, context } = phone
  await page.addInitScript(`
    delete PublicKeyCredential.parseCreationOptionsFromJSON
    delete PublicKeyCredential.parseRequestOptionsFromJSON`)
  await byPassword(page)
  await add(phone, 'my phone')
  await context.clearCookies()
  await byButton(phone)
  await page.waitForURL(/:\d+\/auth\/passkeys/)
}, 60_000)

test('without script the login page offers none, and a passkey is renamed and removed all the same', async () => {
  const phone = await device()
  await byPassword(phone.page)
  await add(phone, 'my phone')
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false })
  devices.push(context)
  const page = await context.newPage()
  await page.goto('/auth/login')
  expect(await page.getByRole('button', { name: 'Log in with a passkey' }).isVisible()).toBe(false)
  await byPassword(page)
  await page.getByText('Rename', { exact: true }).click()
  await page.getByLabel('Name', { exact: true }).first().fill('old phone')
  await press(page, 'Save the name')
  await page.getByText('The name is changed.').waitFor()
  await page.getByLabel('Name', { exact: true }).last().fill('another')
  await press(page, 'Add a passkey')
  await page.getByText('This needs JavaScript').waitFor()
  await page.goto('/auth/passkeys')
  await press(page, 'Remove old phone')
  await page.getByText('The passkey is removed.').waitFor()
}, 60_000)
