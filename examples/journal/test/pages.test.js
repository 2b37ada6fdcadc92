import { expect, test } from 'vitest'
import { emptied, journal, MISSING, written } from './support/journal.js'

emptied()

const page = async (path) => (await journal.get(path).expect(200).expect('content-type', /html/)).text
const send = (path, fields = {}) => journal.post(path).type('form').send(fields)
/** Sends a form and opens the page that it leads to. */
async function follow(path, fields) {
  const { headers } = await send(path, fields).expect(303)
  return { at: headers.location, text: await page(headers.location) }
}

test('a form writes an entry, another changes it, a third deletes it', async () => {
  expect(await page('/entries/new')).toContain('action="/entries"')
  const { at, text } = await follow('/entries', { title: 'Seals', body: 'five of them', tags: 'Sea, walks,' })
  expect(text).toContain('<h1>Seals</h1>')
  expect(text).toContain('href="/?tag=sea"')

  expect(await page(`${at}/edit`)).toContain('value="sea, walks"')
  const changed = await follow(at, { title: 'More seals', body: 'six', tags: '' })
  expect(changed.at).toBe(at)
  expect(changed.text).toContain('<h1>More seals</h1>')

  const gone = await follow(`${at}/delete`)
  expect(gone.at).toBe('/')
  expect(gone.text).toContain('0 entries')
})

test('a form that is not valid comes back with what was typed', async () => {
  const { id } = await written()
  for (const path of ['/entries', `/entries/${id}`]) {
    const { text } = await send(path, { title: ' ', body: 'a <b>long</b> day', tags: 'one' }).expect(422)
    expect(text).toContain('A title is needed')
    expect(text).toContain('a &lt;b&gt;long&lt;/b&gt; day')
    expect(text).toContain(`action="${path}"`)
  }
})

test('the list is searched by a form and by tags, and leads on to older entries', async () => {
  for (let day = 1; day <= 21; day++) await written({ title: `Day ${day}`, tags: day === 7 ? ['rest'] : [] })
  expect(await page('/?q=day+21')).toContain('1 entry')
  expect(await page('/?tag=rest')).toContain('>Day 7</a>')
  const [, older] = /href="([^"]+)">Older</.exec(await page('/'))
  const text = await page(older.replaceAll('&amp;', '&'))
  expect(text).toContain('>Day 1</a>')
  expect(text).not.toContain('Older')
})

test('afterthoughts and files are added and deleted on the page of their entry', async () => {
  const { id } = await written()
  const { at, text } = await follow(`/entries/${id}/comments`, { body: 'still true' })
  expect(at).toBe(`/entries/${id}`)
  const [comment] = /\/comments\/[^"]+\/delete/.exec(text)
  expect((await follow(comment)).text).not.toContain('still true')

  const options = { filename: 'list.txt', contentType: 'text/plain' }
  const attach = journal.post(`/entries/${id}/attachments`).attach('file', Buffer.from('eggs'), options)
  expect((await attach.expect(303)).headers.location).toBe(`/entries/${id}`)
  const [file] = /\/attachments\/[^"]+\/delete/.exec(await page(`/entries/${id}`))
  expect((await follow(file)).text).not.toContain('list.txt')
})

test('a draft is written, changed, published or thrown away', async () => {
  expect(await page('/drafts/new')).toContain('action="/drafts"')
  const { at } = await follow('/drafts', { title: 'Beans', body: '' })
  expect((await follow(at, { title: 'Only beans', body: 'all of it' })).text).toContain('value="Only beans"')
  expect(await page('/drafts')).toContain('>Only beans</a>')
  const published = await follow(`${at}/publish`)
  expect(published.text).toContain('<h1>Only beans</h1>')
  const other = await follow('/drafts', { title: 'Not this', body: '' })
  expect((await follow(`${other.at}/delete`)).at).toBe('/drafts')
})

test('stats are a page too', async () => {
  await written({ tags: ['garden'] })
  expect(await page('/stats')).toContain('1 entries, 2 words')
})

test('what is not there is a page that says so', async () => {
  for (const path of [`/entries/${MISSING}`, `/entries/${MISSING}/edit`, '/drafts/nonsense', '/nowhere']) {
    const { text } = await journal.get(path).expect(404)
    expect(text).toContain('There is nothing here.')
  }
  await send(`/comments/${MISSING}/delete`).expect(404)
  await send(`/entries/${MISSING}`, { title: 'x', body: '' }).expect(404)
})

test('the password of the demo stands on no page unless it is to log in by itself', async () => {
  expect(await page('/')).not.toContain('data-password')
})
