import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserContext, Page, Response } from '@playwright/test'

export type FormKind = 'form' | 'upload'

/** The outcome of a form that a real browser sent. */
export interface SentForm {
  status: number
  /** usertwo refused it as a form of another site */
  refused: boolean
  /** the path it went to, without the origin */
  path: string
  /** what the browser said about the form's origin, in words */
  said: string
}

/** The browser did not send a form: a policy of its page refuses it. */
export interface BlockedForm {
  /** whether the form is one of the page's own, or one that the check added */
  blocked: 'own' | 'added'
  /** the policy, as the page sent it */
  policy: string
}

/**
 * The target of an injected form. No app has this route, so that only the app's own forms change anything.
 */
const NOWHERE = '/usertwo-gate'
/** The longest wait for the page that an answer leads to. On a busy machine a page takes a while. */
const ARRIVED_MS = 10_000
const CLOSED_MS = 2_000

/** Whether the browser takes a plain-http address for safe, and sends `Sec-Fetch-Site` to it. */
const isLoopback = (origin: string) => /^(?:127\.|localhost$|\[::1\]$)/.test(new URL(origin).hostname)

/**
 * Opens a context for pages at `origin`. At a name, policies of pages are not in force: there
 * `upgrade-insecure-requests`, which helmet sends by default, would have the form sent over https, where
 * nothing listens. They are in force at a loopback address, which browsers do not upgrade.
 */
export const pageContext = (browser: Browser, origin: string): Promise<BrowserContext> =>
  browser.newContext({ baseURL: origin, bypassCSP: !isLoopback(origin) })

/**
 * Sends a form of the open page: one of the page's own if it has one, else one injected into the page.
 *
 * @param action the target of an injected form; default: `NOWHERE`
 */
export async function sendForm(page: Page, kind: FormKind, action?: string): Promise<SentForm | BlockedForm> {
  const { own, file } = await page.evaluate(putForm, { kind, action: action ?? NOWHERE, own: !action })
  if (file)
    await page
      .locator('#usertwo-file')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a file') })
  let asked = false
  page.on('request', (request) => {
    asked ||= request.method() === 'POST'
  })
  let refuse = (_policy: string) => {}
  const refused = new Promise<string>((resolve) => {
    refuse = resolve
  })
  const sent = submitted(page, async () => {
    // A form that is sent takes its page away before there is a result.
    const policy = page.evaluate(submitForm) as Promise<string>
    policy.then((text) => asked || refuse(text)).catch(() => {})
  })
  // The wait for an answer to a form that was not sent ends with the tab.
  sent.catch(() => {})
  const first = await Promise.race([sent, refused])
  return typeof first === 'string' ? { blocked: own ? 'own' : 'added', policy: first } : first
}

/**
 * Closes a tab, or all of them. A tab that is navigating may stay open, and a wait for its end would never
 * return. Such a tab ends with the browser.
 */
export async function closed(tabs: Pick<Page, 'close'>): Promise<void> {
  await Promise.race([tabs.close().catch(() => {}), sleep(CLOSED_MS)])
}

/**
 * Loads a page of another site that sends a form to `to` by itself. Playwright's route hook serves the page.
 */
export async function sendFrom(
  context: BrowserContext,
  from: string,
  to: string,
  { kind, silent }: { kind: FormKind; silent: boolean },
): Promise<SentForm> {
  const page = await context.newPage()
  const type = kind === 'upload' ? ' enctype="multipart/form-data"' : ''
  await page.route(`${from}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html>${silent ? '<meta name="referrer" content="no-referrer">' : ''}
        <form method="post"${type} action="${to}" data-usertwo><input name="text" value="theirs"></form>`,
    }),
  )
  await page.goto(`${from}/page`)
  // While a route hook is set, the browser does not report all the headers that it sends.
  await page.unrouteAll()
  const sent = await submitted(page, () => page.evaluate("document.querySelector('[data-usertwo]').submit()"))
  await closed(page)
  return sent
}

async function submitted(page: Page, submit: () => Promise<unknown>): Promise<SentForm> {
  const arrived = page.waitForEvent('framenavigated', { timeout: ARRIVED_MS }).catch(() => null)
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    submit(),
  ])
  if (leadsOn(answer)) {
    await arrived
    // A tab that is closed while its page loads may never close.
    await page.waitForLoadState('load', { timeout: ARRIVED_MS }).catch(() => {})
  }
  const headers = await answer.request().allHeaders()
  const origin = headers.origin ? `Origin: ${headers.origin}` : 'no Origin'
  const site = headers['sec-fetch-site']
  return {
    status: answer.status(),
    refused: answer.status() === 403 && (await bodyOf(answer)).includes('csrf_failed'),
    path: new URL(answer.url()).pathname,
    said: `${origin}, ${site ? `Sec-Fetch-Site: ${site}` : 'no Sec-Fetch-Site'}`,
  }
}

/** Whether the browser opens another page after the answer: not after 204 or 205, and not for a download. */
const leadsOn = (answer: Response) =>
  ![204, 205].includes(answer.status()) && !/attachment/i.test(answer.headers()['content-disposition'] ?? '')

const bodyOf = (answer: Response) => answer.text().catch(() => '')

/** Runs in the page. Sends the marked form, and returns the policy that refuses it; does not end if none does. */
function submitForm(): Promise<string> {
  // biome-ignore lint/suspicious/noExplicitAny: this package is compiled without the types of a browser's page
  const { document } = globalThis as any
  return new Promise((resolve) => {
    document.addEventListener(
      'securitypolicyviolation',
      (event: { effectiveDirective: string; disposition: string; originalPolicy: string }) => {
        if (event.effectiveDirective === 'form-action' && event.disposition === 'enforce')
          resolve(event.originalPolicy)
      },
    )
    document.querySelector('[data-usertwo]').submit()
  })
}

/** Runs in the page. Marks the form to send. Returns whether it is the page's own, and whether it has the gate's file field. */
function putForm({ kind, action, own }: { kind: FormKind; action: string; own: boolean }) {
  // biome-ignore lint/suspicious/noExplicitAny: this package is compiled without the types of a browser's page
  const { document, location } = globalThis as any
  const multipart = 'multipart/form-data'
  const [found] = own
    ? [...document.querySelectorAll('form[method="post" i]')].filter(
        (form) =>
          form.action.startsWith(`${location.origin}/`) &&
          (form.enctype === multipart) === (kind === 'upload'),
      )
    : []
  const form = found ?? document.createElement('form')
  if (!found) {
    Object.assign(form, { method: 'post', action, enctype: kind === 'upload' ? multipart : '' })
    form.innerHTML = `<input name="text" value="mine">${kind === 'upload' ? '<input id="usertwo-file" type="file" name="file">' : ''}`
    document.body.append(form)
  }
  form.setAttribute('data-usertwo', '')
  return { own: Boolean(found), file: !found && kind === 'upload' }
}
