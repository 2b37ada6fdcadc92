const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const html = (title, body) =>
  `<!doctype html><html lang="en"><head><title>${escaped(title)}</title></head><body>${body}</body></html>`

/** A page with the form of the login or the registration. */
export function page(title, action) {
  const name = action === 'register' ? '<label>Name <input name="name"></label>' : ''
  return html(
    title,
    `<h1>${escaped(title)}</h1><form method="post" action="/${action}">
<label>E-mail <input name="email" type="email"></label> ${name}
<label>Password <input name="password" type="password"></label> <button>${escaped(title)}</button></form>`,
  )
}

export function recipeList(user, recipes) {
  const items = recipes.map(({ id, title }) => `<li><a href="/api/recipes/${id}">${escaped(title)}</a></li>`)
  return html('Recipes', `<h1>Recipes of ${escaped(user.name)}</h1><ul>${items.join('\n')}</ul>`)
}
