// The owner's day: every route once, and somebody who is not there.
const call = (method, path, json) =>
  fetch(new URL(path, process.env.BASE_URL), {
    method,
    redirect: 'manual',
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  }).then((answer) => answer.text())

await call('GET', '/health')
await call('GET', '/users')
await call('GET', '/users/1')
await call('GET', '/users/1/things')
await call('PUT', '/users/1', { name: 'Ada' })
await call('PUT', '/users/1', {})
await call('POST', '/login', { name: 'Ada', password: 'a word of hers' })
await call('POST', '/register', { name: 'Bob', password: 'a word of his' })
