const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title, body) =>
  `<!doctype html><html lang="en"><head><title>${escaped(title)}</title></head><body><h1>${escaped(title)}</h1>${body}</body></html>`

const input = ([name, type]) => `<label>${name} <input name="${name}" type="${type}"></label>`
const form = (action, fields, button) =>
  `<form method="post" action="${action}">${fields.map(input).join(' ')} <button>${button}</button></form>`

module.exports = { escaped, form, page }
