// The owner's day: every page, the form, and some mistakes.
const call = (path, form) =>
  fetch(new URL(path, process.env.BASE_URL), {
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })

await call('/')
await call('/readers/1/books')
await call('/readers/1/books', { title: 'On knots' })
await call('/readers/1/books', {})
await call('/books/4')
await call('/books/987654321')
await call('/readers/1/books')
