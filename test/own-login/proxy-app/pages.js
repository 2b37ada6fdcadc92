const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1>${body}</body></html>`

export function bookList({ name }, books) {
  const items = books.map(
    ({ id, title, author }) => `<li><a href="/books/${id}">${escaped(title)}</a> by ${escaped(author)}</li>`,
  )
  return page(`Books of ${name}`, `<ul>${items.join('')}</ul>`)
}

export function bookPage({ title, author }, quotes) {
  const items = quotes.map(({ text }) => `<li>${escaped(text)}</li>`)
  return page(title, `<p>by ${escaped(author)}</p><ul>${items.join('')}</ul>`)
}
