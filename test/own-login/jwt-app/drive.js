// The owner's day: logs in, and asks each route once with the token.
let token = ''

async function call(method, path, body) {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return text.startsWith('{') ? JSON.parse(text) : text
}

await call('GET', '/health')
await call('GET', '/')
const { data } = await call('POST', '/auth/login', { email: 'first@example.com', password: 'first person' })
token = data.token
await call('GET', '/api/me')
await call('PATCH', '/api/me', { name: 'First of all' })
await call('GET', '/api/books')
await call('GET', '/api/books?q=Book%201')
await call('GET', '/api/books/1')
await call('GET', '/api/books/1/notes')
await call('POST', '/api/books', { title: 'Emma', author: 'Austen' })
await call('PUT', '/api/books/2', { title: 'Another title' })
await call('POST', '/api/books/2/notes', { text: 'Read again' })
await call('PUT', '/api/marks/bedside', { page: 12 })
await call('GET', '/api/marks/bedside')
await call('DELETE', '/api/notes/3')
await call('DELETE', '/api/books/4')
