import { CALLS } from './badge-calls.js'
import { DIALOG } from './badge-dialog.js'
import { NOT_MINE } from './badge-not-mine.js'
import { PLACE } from './badge-place.js'

/**
 * What `auth.badge` puts into pages: who is logged in, log out, account. What the page sends carries for whom it was made
 * (docs/how-to/forms.md). Where the login has ended it asks for it over the page, and what waits is sent then; where it is another
 * one, it says so and leaves what was typed. What only somebody else can change is not offered.
 */
const LINE = `'use strict'
;(() => {
  const { api, pages, cookie, login, refresh, owned } = document.currentScript.dataset
  const at = (url) => new URL(url, document.baseURI)
  const own = (url) => at(url).origin === location.origin
  const isOurs = (url) => at(url).pathname.startsWith(api + '/')
  if (!document.cookie.split('; ').some((pair) => pair.startsWith(cookie + '='))) return

  const plain = window.fetch.bind(window)
  let token = ''
  let person = null
  let hasEnded = false
  /** nobody wanted to log in when it was asked last */
  let isDeclined = false

  // Beside the page: nothing of its styles comes in, and none of ours gets out.
  const host = document.createElement('div')
  host.id = 'usertwo-badge'
  host.lang = 'en'
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
  // Apps put other bodies into their pages.
  const attach = () => { if (!host.isConnected) document.documentElement.append(host) }
  const said = make('span', {})
  const button = make('summary', {})
  const menu = make('div', { class: 'menu' })
  const box = root.appendChild(make('details', {}, button, menu))
  // Read out where an alarm has no room to be shown. It has no role: an app's own tests look for the one status of a page.
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
    show(name, [...name][0]?.toUpperCase() ?? '•', 'Logged in as ' + name, make('a', { href: pages + '/account' }, 'Account'), make('a', { href: pages + '/logout' }, 'Log out'))
  }
  const nameOf = ({ username, email }) => username ?? email ?? ''
  const tellEnded = () => {
    hasEnded = true
    const button = make('button', { type: 'button' }, 'Log in')
    button.addEventListener('click', () => logIn())
    alarm('Your login has ended. What you typed is still here.', button)
  }
  const tellOther = () => alarm('Another user is logged in here now.', make('a', { href: location.href }, 'Load the page again'))

  // The token first: should somebody else log in between the two, it fits nobody who is told of, and is refused.
  const ask = async (isAgain) => {
    const before = renewals
    const [csrf, me] = [await plain(api + '/csrf'), await plain(api + '/me')]
    if (me.status === 401 || csrf.status === 401) return !isAgain && (before !== renewals || (await renewed())) ? ask(true) : { who: null }
    if (!me.ok || !csrf.ok) throw new Error('nobody can say who is logged in')
    return { who: await me.json(), fresh: (await csrf.json()).csrfToken }
  }
  // Of a login in two cookies the short one ends first: whoever is logged in is asked for nothing.
  // Who asked before that was done, and is answered after it, asks again and makes no other.
  let renewing = null
  let renewals = 0
  const renewed = () => renewing ??= renew().finally(() => { renewing = null })
  const renew = async () => {
    if (refresh === undefined) return false
    const { ok, status } = await plain(api + '/refresh', { method: 'POST' })
    if (!ok && status !== 401) throw new Error('nobody can say whether the login goes on')
    if (ok) renewals++
    return ok
  }
  /** Who is there: the same person as at first, another one, nobody, or nobody knows. */
  const look = async () => {
    try {
      const { who, fresh } = await ask()
      if (!who) return 'nobody'
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

/** The script, whole. */
export const badgeScript = (): string => LINE + DIALOG + PLACE + CALLS + NOT_MINE + BEGIN
