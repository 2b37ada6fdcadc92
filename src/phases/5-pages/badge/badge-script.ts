import type { Say } from '../../4-auth/words/words.js'
import { CALLS } from './badge-calls.js'
import { DIALOG } from './badge-dialog.js'
import { PLACE } from './badge-place.js'

/**
 * The script that `auth.badge` puts into pages: shows the current user, a log-out button and the account
 * link. What the page sends carries the user it was made for (docs/how-to/forms.md). When the login ends, it
 * asks for it over the page and then sends the waiting calls; when another user has logged in, it says so and
 * leaves what was typed. What only another user can change is not offered.
 */
const LINE = `
  const { api, pages, cookie, login, refresh, owned } = document.currentScript.dataset
  const at = (url) => new URL(url, document.baseURI)
  const own = (url) => at(url).origin === location.origin
  const isOurs = (url) => at(url).pathname.startsWith(api + '/')
  if (!document.cookie.split('; ').some((pair) => pair.startsWith(cookie + '='))) return

  const plain = window.fetch.bind(window)
  let token = ''
  let person = null
  let hasEnded = false
  /** the user closed the dialog when it was last opened */
  let isDeclined = false

  // Separate from the page: the page's styles do not apply inside, and the badge's do not leak out.
  const host = document.createElement('div')
  host.id = 'usertwo-badge'
  host.lang = words.lang
  const root = host.attachShadow({ mode: 'open' })
  const style = new CSSStyleSheet()
  style.replaceSync(':host{all:initial!important;color-scheme:inherit!important;display:block!important;position:fixed!important;z-index:2147483647!important}' +
    'details{position:relative;color:CanvasText;font:14px/1.4 system-ui,sans-serif}' +
    'summary{display:flex;align-items:center;justify-content:center;box-sizing:border-box;border:1px solid;border-radius:50%;background:Canvas;font-weight:600;list-style:none;cursor:pointer}summary::-webkit-details-marker{display:none}.alarm summary{border-width:2px}' +
    '.menu{position:absolute;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;width:max-content;max-width:min(90vw,26rem);padding:6px 12px;border:1px solid;border-radius:8px;background:Canvas;box-sizing:border-box;overflow-wrap:anywhere}.wide .menu{position:static}.wide summary{display:none}' +
    '.menu a,.menu button{color:LinkText;display:inline-block;min-height:24px;min-width:24px}' +
    '.menu button{padding:0;border:0;background:none;font:inherit;text-decoration:underline;cursor:pointer}.menu [role=alert]{font-weight:600}' +
    '.announced{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);pointer-events:none}')
  root.adoptedStyleSheets = [style]
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.append(...children)
    return element
  }
  // Apps may replace the body of their pages.
  const attach = () => { if (!host.isConnected) document.documentElement.append(host) }
  const said = make('span', {})
  const button = make('summary', {})
  const menu = make('div', { class: 'menu' })
  const box = root.appendChild(make('details', {}, button, menu))
  // Read aloud where an alarm has no room to be shown. It has no role: an app's own tests look for the one
  // status of a page.
  const announced = root.appendChild(make('span', { class: 'announced', 'aria-live': 'polite' }))
  const show = (text, sign, label, ...links) => {
    said.textContent = text
    button.textContent = sign
    button.setAttribute('aria-label', label)
    box.classList.toggle('alarm', said.hasAttribute('role'))
    box.open = false
    menu.replaceChildren(said, ...links)
    attach()
    place()
  }
  const alarm = (text, ...links) => {
    said.setAttribute('role', 'alert')
    show(text, '!', text, ...links)
  }
  const greet = () => {
    said.removeAttribute('role')
    const name = nameOf(person)
    show(name, [...name][0]?.toUpperCase() ?? '•', named(words.label, name), make('a', { href: pages + '/account' }, words.account), make('a', { href: pages + '/logout' }, words.log_out))
  }
  const nameOf = ({ username, email }) => username ?? email ?? ''
  const named = (text, name) => text.replace('{name}', () => name)
  const tellEnded = () => {
    hasEnded = true
    const button = make('button', { type: 'button' }, words.log_in)
    button.addEventListener('click', () => logIn())
    alarm(words.ended, button)
  }
  const tellOther = () => alarm(words.other, make('a', { href: location.href }, words.reload))

  // The token first: if another user logs in between the two calls, it does not match the user in the second,
  // and is refused.
  const ask = async (isAgain) => {
    const before = renewals
    const [csrf, me] = [await plain(api + '/csrf'), await plain(api + '/me')]
    if (me.status === 401 || csrf.status === 401) return !isAgain && (before !== renewals || (await renewed())) ? ask(true) : { who: null }
    if (!me.ok || !csrf.ok) throw new Error('the current user is unknown')
    return { who: await me.json(), fresh: (await csrf.json()).csrfToken }
  }
  // With a login in two cookies the short one expires first and is renewed without asking the user. A call
  // that was sent before a renewal and answered after it is repeated and does not renew again.
  let renewing = null
  let renewals = 0
  const renewed = () => renewing ??= renew().finally(() => { renewing = null })
  const renew = async () => {
    if (refresh === undefined) return false
    const { ok, status } = await plain(api + '/refresh', { method: 'POST' })
    if (!ok && status !== 401) throw new Error('the state of the login is unknown')
    if (ok) renewals++
    return ok
  }
  /** The current user: the same as at first, another one, anonymous, or unknown. */
  const look = async () => {
    try {
      const { who, fresh } = await ask()
      if (!who) return 'anonymous'
      if (who.id !== person.id) return 'other'
      token = fresh
      if (hasEnded) greet()
      hasEnded = isDeclined = false
      return 'same'
    } catch {
      return 'unknown'
    }
  }
`

const BEGIN = `
  ask().then(({ who, fresh }) => {
    if (!who) return
    person = who
    token = fresh
    greet()
    keepClear()
    hideOthers()
  }).catch(() => {})

  document.addEventListener('submit', ({ target: form, submitter }) => {
    const method = submitter?.getAttribute('formmethod') ?? form.getAttribute('method') ?? 'get'
    const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? ''
    if (!token || method.toLowerCase() !== 'post' || !own(action) || form.querySelector('[name=_csrf]')) return
    form.prepend(make('input', { type: 'hidden', name: '_csrf', value: token }))
  }, true)
})()
`

/** The whole script. */
export const badgeScript = (say: Say): string =>
  `'use strict'\n;(() => {\n  const words = ${JSON.stringify(badgeWords(say))}${LINE}` +
  DIALOG +
  PLACE +
  CALLS +
  NOT_MINE +
  BEGIN

/**
 * Part of the badge's script: removes links, forms and buttons that would change another user's row (see
 * routes.owned), whenever they appear. The app's own styles may style [data-not-mine] further.
 */
const NOT_MINE = `
  const ROUTES = JSON.parse(owned ?? '[]').map((route) => {
    const [path, method] = route.split(' ').reverse()
    const segments = path.split('/').map((one) => one.includes(':') ? '[^/]+' : one.replace(/[^\\w-]/g, '\\\\$&'))
    return { method, path: new RegExp('^' + segments.join('/') + '/?$', 'i') }
  })
  /** For each request that was looked up, whether it is about another user's row. */
  const others = new Map()
  const requestOf = (element) => {
    const isLink = element.matches('a,area')
    const form = element.matches('form') ? element : element.closest('form') ?? document.getElementById(element.getAttribute('form'))
    const url = isLink ? element.getAttribute('href') : element.getAttribute('formaction') ?? element.getAttribute('action') ?? ''
    const method = isLink ? 'GET' : (element.getAttribute('formmethod') ?? form?.getAttribute('method') ?? 'get').toUpperCase()
    if (!URL.canParse(url, document.baseURI) || !own(url)) return null
    const { pathname } = at(url)
    const isOne = ROUTES.some((route) => (!route.method || route.method === method) && route.path.test(pathname))
    return isOne ? method + ' ' + pathname : null
  }
  let looking = null
  const lookAround = async () => {
    looking = null
    const found = [...document.querySelectorAll('a[href],area[href],form,[formaction]')].flatMap((element) => {
      const request = requestOf(element)
      if (!request) element.removeAttribute('data-not-mine')
      return request ? [[element, request]] : []
    })
    const requests = [...new Set(found.map(([, request]) => request))].filter((request) => !others.has(request)).slice(0, 60)
    if (requests.length > 0) {
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': token }
      const answer = await plain(pages + '/not-mine', { method: 'POST', headers, body: JSON.stringify({ requests }) }).catch(() => null)
      if (!answer?.ok) return
      const { not_mine } = await answer.json()
      for (const request of requests) others.set(request, not_mine.includes(request))
      lookLater()
    }
    for (const [element, request] of found) element.toggleAttribute('data-not-mine', others.get(request) ?? false)
  }
  const lookLater = () => { looking ??= setTimeout(lookAround) }
  const hideOthers = () => {
    if (ROUTES.length === 0) return
    const hiding = new CSSStyleSheet()
    hiding.replaceSync('[data-not-mine]{display:none!important}')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, hiding]
    const attributeFilter = ['href', 'action', 'formaction', 'method', 'formmethod']
    new MutationObserver(lookLater).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter })
    lookLater()
  }
`

const OF_BADGE = [
  'label',
  'account',
  'log_out',
  'log_in',
  'ended',
  'other',
  'reload',
  'title',
  'text',
  'later',
  'other_tab',
  'no_login',
  'no_username',
  'no_password',
  'unknown',
  'reloading',
  'factor',
] as const

/** The texts of the badge's script, in which it finds them as `words`. */
const badgeWords = (say: Say) => ({
  lang: say('lang'),
  ...Object.fromEntries(OF_BADGE.map((name) => [name, say(`badge.${name}`)])),
  login: say('field.login'),
  username: say('field.username'),
  password: say('field.password'),
  shared: say('login.shared'),
  wait: say('wait'),
  wrong: say('login.wrong'),
  wrong_by_name: say('login.wrong_by_name'),
  /** by the code of the API's answer, which itself is in English */
  problems: {
    email_not_verified: say('refused.email_unconfirmed'),
    unavailable: say('problem.unavailable'),
    internal_error: say('problem.internal_error'),
  },
})
