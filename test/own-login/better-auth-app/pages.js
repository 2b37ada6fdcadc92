const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`

export const loginPage = page(
  'Log in',
  `<form><label>E-mail <input name="email" type="email"></label>
<label>Password <input name="password" type="password"></label> <button>Log in</button></form>
<script src="/login.js"></script>`,
)

/** What the login page runs: better-auth takes JSON. */
export const loginScript = `document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch('/api/auth/sign-in/email', { method: 'POST', headers, body })
  if (answer.ok) location.assign('/')
})
`

export const albumList = (albums) =>
  page('Albums', `<ul>${albums.map(({ title }) => `<li>${escaped(title)}</li>`).join('')}</ul>`)
