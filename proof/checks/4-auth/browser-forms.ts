import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page, Response } from '@playwright/test'

export type FormKind = 'form' | 'upload'

/** What became of a form that a real browser sent. */
export interface SentForm {
  status: number
  /** the toolkit took it for another site's */
  refused: boolean
  /** where it went, without the origin */
  path: string
  /** what the browser said of where it comes from, in words */
  said: string
}

/**
 * Where an injected form goes: no route of any app, so that nothing is changed but by the app's own forms.
 */
const NOWHERE = '/usertwo-gate'
/** So long is waited at most for the page that an answer leads to: on a busy machine it takes its time. */
const ARRIVED_MS = 10_000
const CLOSED_MS = 2_000

/**
 * Sends a form of the page that is open: one of its own where it has such a one, else one that is put into
 * it.
 * @param action of an injected form; default: nowhere
 */
export async function sendForm(page: Page, kind: FormKind, action?: string): Promise<SentForm> {
  const file = await page.evaluate(putForm, { kind, action: action ?? NOWHERE, own: !action })
  if (file)
    await page
      .locator('#usertwo-file')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a file') })
  return submitted(page, () => page.evaluate("document.querySelector('[data-usertwo]').submit()"))
}

/**
 * Closes a tab, or all of them. One that is on its way to another page may stay open, and whoever waits for
 * its end waits forever: it ends with the browser.
 */
export async function closed(tabs: Pick<Page, 'close'>): Promise<void> {
  await Promise.race([tabs.close().catch(() => {}), sleep(CLOSED_MS)])
}

/**
 * Loads a page of another site that sends a form there by itself. It is served by the browser's own test
 * hook.
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
  // While somebody may answer in its place, the browser does not tell all that it sends.
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
    // One that is closed while its page is still loading may stay for good.
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

/** Whether the browser goes to another page: not from no content, and not for a download. */
const leadsOn = (answer: Response) =>
  ![204, 205].includes(answer.status()) && !/attachment/i.test(answer.headers()['content-disposition'] ?? '')

const bodyOf = (answer: Response) => answer.text().catch(() => '')

/** Runs in the page. Marks the form to send; gives whether it has our field for a file. */
function putForm({ kind, action, own }: { kind: FormKind; action: string; own: boolean }): boolean {
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
  return !found && kind === 'upload'
}
