import type { Answer } from '../../gate/app/http.js'
import type { Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { giveLogin } from '../../gate/people/give-login.js'
import type { World } from '../fixture/world.js'
import { WatchedPage } from './watched-page.js'

/** A link or a form on a page. */
export interface BrowserOffer {
  /** the address of the page */
  at: string
  method: string
  path: string
  /** it is visible, and a user can use it */
  isShown: boolean
  /** the badge has removed it from the page */
  isHidden: boolean
  isMultipart: boolean
  fields: { name: string; type: string; value: string }[]
}

// A script for the page, as text, because the types of a browser are not available here.
const OFFERS = `[...document.querySelectorAll('a[href],area[href],form,[formaction]')].flatMap((element) => {
  const isLink = element.matches('a,area')
  const form = element.matches('form') ? element : element.closest('form')
  const target = isLink ? element.getAttribute('href') : element.getAttribute('formaction') ?? element.getAttribute('action') ?? ''
  if (!URL.canParse(target, document.baseURI)) return []
  const url = new URL(target, document.baseURI)
  if (url.origin !== location.origin) return []
  const method = isLink ? 'GET' : (element.getAttribute('formmethod') ?? form?.getAttribute('method') ?? 'get').toUpperCase()
  const buttons = element === form ? [...form.querySelectorAll('button,input[type=submit],input[type=image]')] : [element]
  const isUsable = isLink || buttons.length === 0 || buttons.some((button) => !button.disabled)
  return [{
    method,
    path: url.pathname + url.search,
    isShown: element.checkVisibility({ visibilityProperty: true }) && isUsable,
    isHidden: element.hasAttribute('data-not-mine'),
    isMultipart: form?.enctype === 'multipart/form-data',
    fields: isLink || !form ? [] : [...form.querySelectorAll('[name]')].map(({ name, type, value }) => ({ name, type, value: type === 'file' ? '' : value })),
  }]
})`

/** Returns what pages offer a logged-in user, in a browser. */
export async function offersTo(
  { gate, target }: World,
  who: Member,
  paths: readonly string[],
): Promise<BrowserOffer[]> {
  const context = await (await gate.browser()).newContext({ baseURL: target.url })
  const tab = await WatchedPage.open(context, [])
  await tab.page.goto(`${gate.config.auth.pages}/login?next=${encodeURIComponent(paths[0]!)}`)
  await giveLogin(tab.page, who)
  await tab.page.waitForURL((url) => !url.pathname.startsWith(gate.config.auth.pages))
  const found: BrowserOffer[] = []
  for (const at of paths) {
    await tab.goTo(at)
    const offers = (await tab.page.evaluate(OFFERS)) as Omit<BrowserOffer, 'at'>[]
    found.push(...offers.map((offer) => ({ ...offer, at })))
  }
  await context.close()
  return found
}

/**
 * Sends what a link or a form of a page would send. Empty fields are filled in, and a file is a small one.
 */
export function sentAs(
  target: Target,
  as: Member,
  { method, path, isMultipart, fields }: BrowserOffer,
): Promise<Answer> {
  const boundary = 'usertwo-gate'
  const given = fields.map((field) => ({ ...field, value: field.value || 'filled in' }))
  const part = ({ name, type, value }: (typeof given)[0]) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${type === 'file' ? '; filename="a.txt"\r\nContent-Type: text/plain' : ''}\r\n\r\n${value}\r\n`
  const body = isMultipart
    ? `${given.map(part).join('')}--${boundary}--\r\n`
    : String(new URLSearchParams(given.map(({ name, value }): [string, string] => [name, value])))
  const who = { ...as, address: nextAddress() }
  if (method === 'GET') return target.ask(method, path, { as: who, headers: { accept: 'text/html' } })
  return target.ask(method, path, {
    as: who,
    headers: {
      accept: 'text/html',
      'content-type': isMultipart
        ? `multipart/form-data; boundary=${boundary}`
        : 'application/x-www-form-urlencoded',
    },
    body,
  })
}
