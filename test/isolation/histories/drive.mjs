// The owner's recording: reads and writes of notes, then what the app keeps of them in memory.
const call = async (method, path, json) => {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

await call('GET', '/health')
const [first] = await call('GET', '/notes')
await call('GET', `/notes/${first.id}`)
await call('GET', '/pages/1')
await call('GET', `/notes/${first.id}/stars`)
await call('GET', `/notes/${first.id}/stars`)
const made = await call('POST', '/notes', { title: 'Seeds for the spring', stars: 4, parent_id: first.id })
await call('GET', `/notes/${made.id}`)
await call('DELETE', `/notes/${made.id}`)
await call('POST', '/exports', {})
await call('POST', '/basket/apples', {})
await call('POST', '/basket/pears', {})
await call('GET', '/exports/notes.csv')
await call('GET', '/next')
await call('GET', '/later')
await call('GET', '/totals')
await call('GET', '/requests')
await call('GET', '/quota')
await call('GET', '/visited')
await call('GET', '/sum')
await call('GET', '/status')
await call('GET', '/addresses')
await call('GET', '/search?q=Seeds')
await call('GET', '/suggest?prefix=See')
