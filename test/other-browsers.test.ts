// The pages in Firefox and WebKit, by keyboard, with their script and without: `BROWSERS=1 npx vitest run other-browsers`.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from './support/auth-app.js'
import { OTHERS, type Tab } from './support/other-browsers.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const { BROWSERS } = process.env

for (const [name, { open, bring }] of Object.entries(OTHERS)) {
  if (BROWSERS && !open) console.warn(`NOT TESTED: the pages in ${name}, which is not here: ${bring}`)
  describe.skipIf(!BROWSERS || !open)(name, () => {
    test.each(['with', 'without'])(
      'login, password, sessions and logout by keyboard, %s script',
      async (how) => {
        const { url, one, close } = await served(how === 'with')
        const tab = await open!()
        try {
          await flow(tab, url, one, how)
          console.log(`${tab.browser}: the flow ${how} script`)
        } finally {
          await tab.close()
          await close()
        }
      },
    )
  })
}

/** @param withScript else the page's script is not to be had */
async function served(withScript: boolean) {
  const one = await authApp({ dial: 5, open: true, config: { name: 'Comic pile' } })
  const server = createServer((req, res) => {
    if (!withScript && req.url === '/auth/pages.js') return res.writeHead(404).end()
    one.app(req, res)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await sent(url, 'register', { claim_code: CODE })
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await one.dispose()
  }
  return { url, one, close }
}

async function sent(url: string, what: string, more: object = {}): Promise<void> {
  const body = JSON.stringify({ ...OWNER, ...more })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${url}/api/auth/${what}`, { method: 'POST', headers, body })).ok).toBe(true)
}

async function flow(tab: Tab, url: string, one: AuthApp, how: string): Promise<void> {
  const at = (address: string) =>
    expect
      .poll(
        () =>
          tab
            .value('document.readyState === "complete" && location.pathname + location.search')
            .catch(() => ''),
        { timeout: 15_000 },
      )
      .toBe(address)
  /** Keys are pressed, and have arrived. */
  const typed = (keys: string) => tab.press(keys).then(() => sleep(300))
  const focus = (selector: string) => tab.value(`(document.querySelector('${selector}').focus(), true)`)
  const focused = () => tab.value<string>('document.activeElement.id')

  await tab.go(`${url}/auth/login?next=/auth/account`)
  await focus('#email')
  await typed(`${OWNER.email}⇥`)
  await focus('#password')
  await typed(`${OWNER.password}⏎`)
  await at('/auth/account')

  await focus('#current_password')
  await typed('not the right one')
  await focus('#password')
  await typed('another long one⏎')
  await at('/auth/account/password')
  expect(await tab.value('document.title')).toBe('Error: Your account · Comic pile')
  // Without the page's script WebKit has `autofocus` for inputs alone, and writes nothing into a field a link has led to.
  const isBare = tab.browser.startsWith('WebKit') && how === 'without'
  if (!isBare) await expect.poll(focused).toBe('alert')
  await focus('#alert a')
  await typed('⏎')
  await expect.poll(focused).toBe('current_password')
  expect(await tab.value(`document.activeElement.getAttribute('aria-invalid')`)).toBe('true')
  if (isBare) await tab.value('(document.activeElement.blur(), true)').then(() => focus('#current_password'))
  await typed(OWNER.password)
  await focus('#password')
  await typed('another long one⏎')
  await at('/auth/account?done=password')

  await sent(url, 'login', { password: 'another long one' })
  one.clock.move(16 * 60)
  await tab.go(`${url}/auth/sessions`)
  expect(await tab.value(`document.querySelectorAll('main li').length`)).toBe(2)
  await focus('form[action$="end-others"] button')
  await typed('⏎')
  await expect
    .poll(() =>
      tab
        .value('document.readyState === "complete" && document.querySelector("h1").textContent')
        .catch(() => ''),
    )
    .toBe('Your password, please')
  await focus('#password')
  await typed('another long one⏎')
  await at('/auth/sessions?done=others')
  expect(await tab.value(`document.querySelectorAll('main li').length`)).toBe(1)

  await tab.go(`${url}/auth/logout`)
  await focus('form[action$="logout"] button')
  await typed('⏎')
  await at('/auth/login')
  await tab.go(`${url}/auth/account`)
  await at('/auth/login?next=%2Fauth%2Faccount')
}
