// The owner's day: logs in, and asks each route once.
let cookie = ''

async function call(method, path, body) {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    redirect: 'manual',
    headers: { ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const [set] = answer.headers.getSetCookie()
  if (set) cookie = set.split(';')[0]
  return answer.text()
}

await call('GET', '/health')
await call('GET', '/login')
await call('GET', '/register')
await call('POST', '/login', { email: 'first@example.com', password: 'first person' })
await call('GET', '/')
await call('GET', '/api/me')
await call('PATCH', '/api/me', { name: 'First of all' })
await call('GET', '/api/recipes')
await call('GET', '/api/recipes?q=Recipe%201')
await call('GET', '/api/recipes/1')
await call('GET', '/api/recipes/1/steps')
await call('GET', '/api/steps/1')
await call('POST', '/api/recipes', { title: 'Bread', body: 'Flour, water, salt, time' })
await call('PUT', '/api/recipes/2', { title: 'Another title' })
await call('POST', '/api/recipes/2/steps', { text: 'Stir' })
await call('DELETE', '/api/steps/3')
await call('DELETE', '/api/recipes/4')
