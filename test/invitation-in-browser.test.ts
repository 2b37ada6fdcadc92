import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../proof/gate/app/browser.js'
import { issueInvitation } from '../src/phases/4-auth/links/invitation.js'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'

const PASSWORD = 'a long enough one'
let browser: Browser
let one: AuthApp
let server: Server
let base: string
/** every address that was requested from the server, and what was sent before */
const asked: string[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  one = await authApp({ dial: 5, open: 'invite' })
  server = one.app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('request', ({ url, headers }) => void asked.push(`${url} ${headers.referer}`))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  await one?.dispose()
})

test('the link of a claim code or an invitation fills the form without sending the code to a server', async () => {
  const email = 'ann+1@example.com'
  const code = await issueInvitation(one.db, { email, role: null, days: 1 })
  const links = [
    [`#claim=${CODE}`, '#claim_code', CODE, 'owner@example.com'],
    [`#invitation=${code}&email=${encodeURIComponent(email)}`, '#invite_code', code, null],
  ] as const
  for (const [hash, field, value, typed] of links) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${base}/auth/register${hash}`)
    expect(await page.inputValue(field)).toBe(value)
    expect(page.url()).toBe(`${base}/auth/register`)
    if (typed) await page.fill('#email', typed)
    else expect(await page.inputValue('#email')).toBe(email)
    await page.fill('#password', PASSWORD)
    await page.getByRole('button', { name: 'Register' }).click()
    await page.waitForURL(`${base}/`)
    await context.close()
  }
  expect(await one.db('users').orderBy('id').pluck('email')).toEqual(['owner@example.com', email])
  expect(asked.length).toBeGreaterThan(4)
  expect(asked.filter((line) => line.includes(code) || line.includes(CODE))).toEqual([])
})

test('without script the code is typed', async () => {
  const email = 'bob@example.com'
  const code = await issueInvitation(one.db, { email, role: null, days: 1 })
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${base}/auth/register`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('Code of the invitation').fill(code)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.waitForURL(`${base}/`)
  await context.close()
})
