// The owner's day: nearly all of it writes, and little is read again.
const url = process.env.BASE_URL
let cookie
async function call(method, path, body, type = 'application/json') {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { ...(body !== undefined && { 'content-type': type }), ...(cookie && { cookie }) },
    body: body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : body,
  })
  for (const line of answer.headers.getSetCookie()) cookie = line.split(';')[0]
  return answer.text()
}
const NEW = '7f3e1d52-8a40-4b6f-b1c7-2d9e5f80a3c6'
await call('GET', '/api/notes')
for (const text of ['Prune the roses', 'Prune the roses, not the quince'])
  await call('PUT', `/api/notes/${NEW}`, { text })
await call('PATCH', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', { text: 'Water the beans twice' })
await call('PATCH', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a99', { text: 'none' })
await call('DELETE', '/api/notes/1b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a12')
await call('GET', '/api/entries')
for (let i = 0; i < 2; i++)
  await call('POST', '/api/entries', {
    ref: 'shop-1',
    amount: '19.99',
    at: '2026-02-03T04:05:06.789Z',
    note: 'shop',
  })
await call('POST', '/api/transfers', { ref: 't1', to: 'savings', amount: '5.25' })
await call('POST', '/api/transfers', { ref: 't2', to: 'savings', amount: '7.75' })
await call('POST', '/api/import', '2026-01-02,310\n2026-01-03,320\n2026-01-04,330\n', 'text/csv')
await call('PUT', '/api/files/second.txt', 'a long text of a file '.repeat(20), 'application/octet-stream')
await call('POST', '/api/pairs', { refs: ['p-1', 'p-2', 'p-1'] })
await call('POST', '/api/pairs', { refs: ['p-3', 'p-4'] })
await call('POST', '/api/batch', [
  { day: '2026-03-01', litres: 5 },
  { day: '2026-03-02', litres: 6 },
  { day: '2026-03-03', litres: 7 },
])
for (const doc of [{ a: 1 }, null]) await call('PUT', '/api/docs/second', { doc })
await call('POST', '/api/visits', { at: '2026-03-01 23:30', place: 'harbour' })
await call(
  'POST',
  '/api/uploads',
  '--b\r\ncontent-disposition: form-data; name="name"\r\n\r\nthird.txt\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="third.txt"\r\ncontent-type: text/plain\r\n\r\nthe file itself\r\n--b--\r\n',
  'multipart/form-data; boundary=b',
)
await call('POST', '/api/stars', { note: 'one' })
await call('POST', '/api/stars', { note: 'two' })
await call('POST', '/api/filter', { filter: 'Prune%' })
