/** What an app may log or report: nested, with a few secrets in it; 10 kB as JSON. */
export function tenKilobytes() {
  const entry = (at) => ({
    id: at,
    title: `The title of number ${at}, as long as titles are`,
    author: { name: `Person ${at}`, email: `person${at}@example.com`, password: `hunter-${at}` },
    tags: ['one', 'two', 'three'],
    note: 'A sentence or two of text about it, without any secret.',
  })
  const body = { headers: { authorization: 'Bearer abc.def.ghi' }, entries: [] }
  for (let at = 1; JSON.stringify(body).length < 10_000; at++) body.entries.push(entry(at))
  return body
}
