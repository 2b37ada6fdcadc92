// The owner's day: every route but the one for what is not allowed, and some mistakes.
const call = async (method, path, json) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers, body: JSON.stringify(json) }),
  })
  return answer.json()
}

await call('GET', '/')
await call('GET', '/api')
const [first] = await call('GET', '/api/errands')
const made = await call('POST', '/api/errands', { name: 'Fetch the shoes from the cobbler' })
await call('POST', '/api/errands', {})
await call('DELETE', `/api/errands/${made.id}`)
await call('DELETE', `/api/errands/${first.id}`)
await call('DELETE', '/api/errands/987654')
await call('GET', '/api/errands')
