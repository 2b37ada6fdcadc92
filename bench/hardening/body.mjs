/** Returns a body such as an app may log or report: nested, with some secrets, 10 kB as JSON. */
export function tenKilobytes() {
  const entry = (at) => ({
    id: at,
    title: `The title of number ${at}, as long as titles are`,
    author: { name: `User ${at}`, email: `user${at}@example.com`, password: `hunter-${at}` },
    tags: ['one', 'two', 'three'],
    note: 'A sentence or two of text about it, without any secret.',
  })
  const body = { headers: { authorization: 'Bearer abc.def.ghi' }, entries: [] }
  for (let at = 1; JSON.stringify(body).length < 10_000; at++) body.entries.push(entry(at))
  return body
}
