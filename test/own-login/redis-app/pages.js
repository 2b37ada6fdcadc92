const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const page = (title, body) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${body}</body></html>`

export const form = (action) => `<form method="post" action="/${action}">
<label>E-mail <input name="email" type="email"></label>
<label>Password <input name="password" type="password"></label> <button>Go on</button></form>`

export const plantList = (plants) =>
  page('Plants', `<ul>${plants.map(({ name }) => `<li>${escaped(name)}</li>`).join('')}</ul>`)
