// The owner's day: every page, each form, and some mistakes. Where to go next is in the page.
const call = (path, form) =>
  fetch(new URL(path, process.env.BASE_URL), {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })

await call('/health')
await call('/')
const list = await (await call('/readers/1/books')).text()
const [, bees] = list.match(/href="([^"]+)">Of bees</)
await call(bees)
const added = await call('/readers/1/books', { title: 'On knots' })
await call('/readers/1/books', {})
const knots = await (await call(added.headers.get('location'))).text()
const [, id] = knots.match(/name="id" value="([^"]+)"/)
await call('/books/title', { id, title: 'On better knots' })
await call('/books/00000000-0000-4000-8000-000000000000')
await call('/readers/1/books')
await call(`${bees}/delete`, {})
await call('/readers/1/books')
