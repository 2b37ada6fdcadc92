// The owner's day: every page, and one form.
const call = (path, form) =>
  fetch(new URL(path, process.env.BASE_URL), {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })

await call('/count')
await call('/')
await call('/plants/1')
await call('/plants', { name: 'Basil' })
await call('/')
