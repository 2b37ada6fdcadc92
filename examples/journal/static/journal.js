// What the pages are nicer with; each works without.

for (const form of document.querySelectorAll('form[data-confirm]'))
  form.addEventListener('submit', (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault()
  })

for (const area of document.querySelectorAll('textarea[data-count]')) {
  const count = document.createElement('output')
  const tell = () => {
    const words = area.value.split(/\s+/).filter(Boolean).length
    count.textContent = words === 1 ? '1 word' : `${words} words`
  }
  area.after(count)
  area.addEventListener('input', tell)
  tell()
}

/** The demo's own login, where the server offers it: once a tab. */
async function logIn({ username, password }) {
  const kept = sessionStorage.getItem('access_token')
  if (kept) return kept
  const answer = await fetch('/api/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (!answer.ok) return null
  const { access_token } = await answer.json()
  sessionStorage.setItem('access_token', access_token)
  return access_token
}

async function greet(place) {
  const token = await logIn(place.dataset)
  const answer = token && (await fetch('/api/auth/me', { headers: { authorization: `Bearer ${token}` } }))
  if (answer?.ok) place.textContent = (await answer.json()).username
  else sessionStorage.removeItem('access_token')
}

const who = document.querySelector('#who')
if (who) greet(who)
