// The owner's day: every page, and every form.
const call = (path, form) =>
  fetch(new URL(path, process.env.BASE_URL), {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })

await call('/count')
await call('/')
await call('/plants/1')
await call('/join')
await call('/join', { name: 'Ada' })
await call('/plants', { name: 'Basil' })
await call('/waterings', { plantId: 1, note: 'Little by little' })
await call('/waterings/3?plantId=1')
await call('/waterings/3', { plantId: 1, note: 'Little by little, twice' })
await call('/plants/1')
await call('/waterings/1/delete', { plantId: 1 })
await call('/plants/2/delete', {})
await call('/')
