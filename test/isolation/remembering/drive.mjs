// The owner's recording: reads and writes of notes. Drafts, searches, names and imports are left out on purpose.
const call = async (method, path, json) => {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  })
  return answer.json()
}

await call('GET', '/health')
await call('GET', '/kinds')
const [first] = await call('GET', '/notes')
await call('GET', `/notes/${first.id}`)
await call('GET', '/notes/987654')
await call('POST', '/notes', { title: 'Seeds for the spring', body: 'Peas and beans' })
await call('POST', '/notes', {})
await call('GET', '/titles')
await call('GET', '/notes')
