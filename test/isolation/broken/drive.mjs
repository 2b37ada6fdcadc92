// The owner's recording. Two of the reports are left out on purpose.
const call = async (method, path, json) => {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  })
  return answer.json()
}

await call('GET', '/health')
const [first] = await call('GET', '/notes')
await call('GET', '/reports/hangs-up')
await call('GET', '/reports/never')
await call('GET', '/reports/throws')
await call('GET', `/notes/${first.id}`)
await call('GET', '/notes/987654')
await call('POST', '/notes', { title: 'Seeds for the spring', body: 'Peas and beans' })
await call('POST', '/notes', {})
await call('PUT', `/notes/${first.id}`, { title: 'Bread, butter and salt' })
await call('POST', '/undo', {})
await call('GET', '/notes')
await call('GET', '/titles')
