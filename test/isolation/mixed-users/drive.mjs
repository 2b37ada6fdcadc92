// The owner's recording: every route, and some mistakes.
const call = async (method, path, json) => {
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  })
  return answer.json()
}

await call('GET', '/health')
const [list] = await call('GET', '/lists')
const [first, second] = await call('GET', '/items')
await call('GET', `/items/${first.id}`)
await call('GET', '/items/987654')
const made = await call('POST', '/items', { name: 'Candles', list_id: list.id })
await call('POST', '/items', {})
await call('POST', '/items', { name: 'Matches', list_id: 987654 })
await call('GET', `/items/${made.id}`)
await call('PATCH', `/items/${second.id}`, { done: true })
await call('PATCH', `/items/${made.id}`, { name: 'Long candles' })
await call('PATCH', '/items/987654', { done: true })
await call('GET', '/items')
