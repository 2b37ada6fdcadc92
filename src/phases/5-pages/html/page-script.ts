import type { Say } from '../../4-auth/words/words.js'

const WORDS = ['show', 'hide', 'show_password', 'hide_password', 'wait', 'wait_over'] as const

/** The script of the pages, which work without it: shows passwords, counts down, sends each form once. */
export const scriptIn = (say: Say): string =>
  `'use strict'\nconst words = ${JSON.stringify(Object.fromEntries(WORDS.map((word) => [word, say(word)])))}\n${SCRIPT}`

const SCRIPT = `// On a slow network the user may already be typing: a field that is moved loses the focus.
const typing = document.activeElement
for (const input of document.querySelectorAll('input[type=password]')) {
  const row = document.createElement('div')
  const show = document.createElement('button')
  row.className = 'secret'
  show.type = 'button'
  input.replaceWith(row)
  row.append(input, show)
  const label = () => {
    const hidden = input.type === 'password'
    show.textContent = hidden ? words.show : words.hide
    show.setAttribute('aria-label', hidden ? words.show_password : words.hide_password)
  }
  show.addEventListener('click', () => {
    input.type = input.type === 'password' ? 'text' : 'password'
    label()
  })
  label()
}
if (typing !== document.activeElement) typing.focus()

// An invitation or a claim code is in the fragment of the URL, which browsers do not send to servers: move it
// into the form, and out of the history.
const invitation = new URLSearchParams(location.hash.slice(1))
for (const [name, value] of [['invite_code', invitation.get('invitation')], ['claim_code', invitation.get('claim')], ['email', invitation.get('email')], ['username', invitation.get('username')]]) {
  const field = document.getElementById(name)
  if (value && field && !field.value) field.value = value
}
if (invitation.has('invitation') || invitation.has('claim')) history.replaceState(null, '', location.pathname + location.search)

const submits = document.querySelectorAll('button[type=submit]')
const enable = (on) => { for (const button of submits) button.disabled = !on }
for (const form of document.forms) form.addEventListener('submit', () => {
  setTimeout(() => enable(false))
  // A form that is answered with a file leaves the page where it is.
  if (form.dataset.answer === 'file') setTimeout(() => enable(true), 3000)
})
// A page that is restored from the browser's history still has its button disabled.
window.addEventListener('pageshow', () => { if (!waiting) enable(true) })

const alert = document.getElementById('alert')
let waiting = Number(alert?.dataset.wait ?? 0)
const until = Date.now() + waiting * 1000
const count = () => {
  waiting = Math.max(0, Math.ceil((until - Date.now()) / 1000))
  if (waiting === 0) {
    alert.textContent = words.wait_over
    return enable(true)
  }
  enable(false)
  alert.textContent = words.wait.replace('{seconds}', waiting)
  setTimeout(count, 500)
}
// WebKit marks the field that a fragment names as focused, and writes nothing into it.
for (const link of document.querySelectorAll('#alert a')) link.addEventListener('click', (event) => {
  event.preventDefault()
  document.querySelector(link.hash)?.focus()
})
// Autofocus works for inputs only. If the user is already in a field, the focus stays there.
if (alert?.getAttribute('role') === 'alert' && document.activeElement === document.body) alert.focus()
if (waiting > 0) {
  // Read aloud once, not every second.
  alert.setAttribute('role', 'status')
  alert.setAttribute('aria-live', 'off')
  count()
}
`
