const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)

export const page = (title, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body><h1>${escaped(title)}</h1>${body}</body></html>`

export const loginForm = (error) => `
${error ? `<p>${escaped(error)}</p>` : ''}
<form method="post" action="/login"><label>Password <input type="password" name="password"></label><button>Open</button></form>`

export const listsOf = (lists) => `
<ul>${lists.map(({ id, name }) => `<li><a href="/lists/${id}">${escaped(name)}</a></li>`).join('')}</ul>`

export const itemsOf = (items) => `
<ul>${items.map(({ title, packed }) => `<li>${packed ? '☑' : '☐'} ${escaped(title)}</li>`).join('')}</ul>
<p><a href="/">All lists</a></p>`
