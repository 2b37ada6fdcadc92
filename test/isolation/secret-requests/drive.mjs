// The owner's recording: events, the feed by its address, the share link, and a payment that is not signed.
const call = (method, path, json) =>
  fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  })

await call('GET', '/health')
await call('GET', '/events')
await call('POST', '/events', { title: 'A walk along the coast' })
await call('GET', '/feeds/4f9a2c7e51b8d0364f9a2c7e51b8d036.ics')
await call('GET', '/s/5c7a1b3e-2f4d-4c8a-9e6b-1d3f5a7c9e0b')
await call('GET', '/shares')
await call('GET', '/export?key=k3y_7e51b8d0364f9a2c')
await call('POST', '/webhooks/payments', { id: 'event-1', title: 'A payment of ten euros' })
