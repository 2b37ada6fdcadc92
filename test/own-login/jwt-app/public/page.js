// The login's token is kept in localStorage, and sent with each call.
const form = document.getElementById('login')
const list = document.getElementById('books')

async function show() {
  const token = localStorage.getItem('token')
  form.hidden = token !== null
  if (token === null) return
  const answer = await fetch('/api/books', { headers: { authorization: `Bearer ${token}` } })
  for (const { title } of await answer.json()) {
    const item = document.createElement('li')
    item.textContent = title
    list.append(item)
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const body = JSON.stringify(Object.fromEntries(new FormData(form)))
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch('/auth/login', { method: 'POST', headers, body })
  if (!answer.ok) return
  const { data } = await answer.json()
  localStorage.setItem('token', data.token)
  show()
})

show()
