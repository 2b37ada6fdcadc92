/** The script of the login pages. They work without it; it shows passwords, counts waits down, sends forms once. */
export const SCRIPT = `'use strict'
for (const input of document.querySelectorAll('input[type=password]')) {
  const row = document.createElement('div')
  const show = document.createElement('button')
  row.className = 'secret'
  show.type = 'button'
  input.replaceWith(row)
  row.append(input, show)
  const label = () => {
    const hidden = input.type === 'password'
    show.textContent = hidden ? 'Show' : 'Hide'
    show.setAttribute('aria-label', hidden ? 'Show password' : 'Hide password')
  }
  show.addEventListener('click', () => {
    input.type = input.type === 'password' ? 'text' : 'password'
    label()
  })
  label()
}

const submits = document.querySelectorAll('button[type=submit]')
const enable = (on) => { for (const button of submits) button.disabled = !on }
for (const form of document.forms) form.addEventListener('submit', () => setTimeout(() => enable(false)))
// A page that comes back from the browser's history still has the button off.
window.addEventListener('pageshow', () => { if (!waiting) enable(true) })

const alert = document.getElementById('alert')
let waiting = Number(alert?.dataset.wait ?? 0)
const until = Date.now() + waiting * 1000
const count = () => {
  waiting = Math.max(0, Math.ceil((until - Date.now()) / 1000))
  if (waiting === 0) {
    alert.textContent = 'You can try again now.'
    return enable(true)
  }
  enable(false)
  alert.textContent = 'Too many attempts. Please try again in ' + waiting + (waiting === 1 ? ' second.' : ' seconds.')
  setTimeout(count, 500)
}
if (waiting > 0) {
  // Read aloud once, not every second.
  alert.setAttribute('role', 'status')
  alert.setAttribute('aria-live', 'off')
  count()
}
`
