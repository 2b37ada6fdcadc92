import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { isAtOrBelow } from '../../../src/express/path.js'
import type { Gate } from '../../gate/gate.js'
import { giveLogin } from '../../gate/people/give-login.js'
import type { GateAccount } from '../../gate/people/people.js'

/** The button of the badge. */
export const BUTTON = '#usertwo-badge summary'
/** Not a route of any app: a request there changes nothing. */
const NOWHERE = '/usertwo-gate'
const TYPED = 'typed before the login ended'
const REFUSED = [401, 403, 409]

/** Tries a call from a page, and a form, that are sent after the session has ended. */
export async function meetTheEnd(
  gate: Gate,
  page: Page,
  account: GateAccount,
  first: string,
  step: (what: string, route: string, work: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const { auth } = gate.config
  await page.goto(first)
  await step('a call that meets the end of the login is lost', `GET ${first}`, async () => {
    // The page's own calls would be refused first, and their answer removes the cookie.
    const isApps = ({ pathname }: URL) =>
      ![auth.mount, auth.pages, NOWHERE].some((mine) => isAtOrBelow(pathname, mine))
    await page.route(isApps, (route) => route.abort())
    // Waits for the badge. If its first request came after the end of the session, it would find no user and
    // stay hidden.
    await page.locator(BUTTON).waitFor()
    await endLogins(gate)
    await called(page, account)
  })
  await step('a form that meets the end of the login is lost', `POST ${NOWHERE}`, async () => {
    await page.goto(`${auth.pages}/account`)
    await endLogins(gate)
    await sent(page, account)
  })
}

/** Revokes the owner's sessions, and waits until no process accepts one any more. */
async function endLogins({ config: { owner, auth }, database }: Gate): Promise<void> {
  await database.sql('update usertwo.user_sessions set revoked_at = now() where user_id = $1', [
    String(owner.id),
  ])
  await sleep(auth.lookUpEvery * 1000)
}

/** A call of the page, and the login form over it. */
async function called(page: Page, account: GateAccount): Promise<void> {
  let times = 0
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === NOWHERE) times++
  })
  const status = page.evaluate(
    `fetch('${NOWHERE}', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }).then((got) => got.status)`,
  ) as Promise<number>
  const dialog = page.locator('#usertwo-badge dialog')
  const first = await Promise.race([status, dialog.waitFor().then(() => null)])
  if (first !== null) throw new Error(`it was answered ${first}, and no login form was shown`)
  await giveLogin(page, account, '#usertwo-badge dialog')
  const last = await status
  if (REFUSED.includes(last)) throw new Error(`after the login it was answered ${last}`)
  if (times !== 2) throw new Error(`it was sent ${times} times, once before the login and once after it`)
}

/** A form of the page, and the pages that save its draft. */
async function sent(page: Page, account: GateAccount): Promise<void> {
  await page.evaluate(sendForm, { action: NOWHERE, typed: TYPED })
  await page.locator('input[name=kept]').waitFor({ state: 'attached' })
  await giveLogin(page, account, 'form[action$="/kept"]')
  const button = page.locator('form:has(input[name=_csrf]) button[type=submit]')
  await button.waitFor()
  const [answer] = await Promise.all([
    page.waitForResponse((response) => new URL(response.url()).pathname === NOWHERE),
    button.click(),
  ])
  if (!new URLSearchParams(answer.request().postData() ?? '').getAll('text').includes(TYPED))
    throw new Error('what was typed is not in it')
  if (REFUSED.includes(answer.status())) throw new Error(`it was answered ${answer.status()}`)
}

/** Runs in the page. */
function sendForm({ action, typed }: { action: string; typed: string }): void {
  // biome-ignore lint/suspicious/noExplicitAny: this package is compiled without the types of a browser's page
  const { document } = globalThis as any
  const form = Object.assign(document.createElement('form'), { method: 'post', action })
  form.append(Object.assign(document.createElement('input'), { name: 'text', value: typed }))
  document.body.append(form)
  form.submit()
}
