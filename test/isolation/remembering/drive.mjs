// The owner's recording: reads and writes of notes. Drafts, searches, names, imports and the export are left out on purpose.
const call = async (method, path, json) => {
  const isText = typeof json === 'string'
  const headers = { 'content-type': isText ? 'text/csv' : 'application/json' }
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers, body: isText ? json : JSON.stringify(json) }),
  })
  const text = await answer.text()
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

await call('GET', '/health')
await call('GET', '/kinds')
const [first] = await call('GET', '/notes')
await call('GET', `/notes/${first.id}`)
await call('GET', '/notes/987654')
await call('POST', '/notes', { title: 'Seeds for the spring', body: 'Peas and beans' })
await call('POST', '/notes', {})
await call('GET', '/titles')
await call('GET', '/place')
await call('PUT', '/checked', {})
await call('GET', '/notes')
await call('GET', '/events')
const rpc = (method, params) => call('POST', '/rpc', { jsonrpc: '2.0', id: 'a', method, params })
await rpc('list')
await rpc('rename', { id: first.id, title: 'Bread and jam' })
await rpc('last')
await call('GET', '/words?title=Bread')
await call('POST', '/lines', 'Bread and jam\nPeas and beans\n')
