import { expect, test } from 'vitest'
import { emptied, journal, MISSING, written } from './support/journal.js'

emptied()

const under = (entry, what) => `/api/v1/entries/${entry.id}/${what}`

test('afterthoughts stand below their entry, in order, and go with it', async () => {
  const [entry, other] = [await written(), await written()]
  for (const body of ['first', 'second'])
    await journal.post(under(entry, 'comments')).send({ body }).expect(201)
  const { body: comments } = await journal.get(under(entry, 'comments')).expect(200)
  expect(comments.map(({ body }) => body)).toEqual(['first', 'second'])
  expect((await journal.get(under(other, 'comments'))).body).toEqual([])

  await journal.delete(`/api/v1/comments/${comments[0].id}`).expect(204)
  await journal.delete(`/api/v1/comments/${comments[0].id}`).expect(404)
  await journal.delete(`/api/v1/entries/${entry.id}`).expect(204)
  await journal.delete(`/api/v1/comments/${comments[1].id}`).expect(404)
})

test('an afterthought needs words, and an entry', async () => {
  const entry = await written()
  await journal.post(under(entry, 'comments')).send({ body: ' ' }).expect(422)
  await journal
    .post(under({ id: MISSING }, 'comments'))
    .send({ body: 'to nobody' })
    .expect(404)
})

test('a file comes back as it was sent, to be saved and not to be run', async () => {
  const entry = await written()
  const content = Buffer.from([0, 1, 2, 254, 255])
  const sent = { filename: 'bytes "é".png', contentType: 'image/png' }
  const { body: file } = await journal
    .post(under(entry, 'attachments'))
    .attach('file', content, sent)
    .expect(201)
  expect(file).toMatchObject({ entry_id: entry.id, type: 'image/png', size: 5 })
  expect((await journal.get(under(entry, 'attachments'))).body).toEqual([file])

  const answer = await journal.get(`/api/v1/attachments/${file.id}`).expect(200)
  expect(answer.body).toEqual(content)
  expect(answer.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
  expect(answer.headers['content-disposition']).toMatch(/^attachment/)

  await journal.delete(`/api/v1/attachments/${file.id}`).expect(204)
  await journal.get(`/api/v1/attachments/${file.id}`).expect(404)
})

test('no file, one that is too large, of a kind that runs, or to no entry is refused', async () => {
  const entry = await written()
  const attach = (path, content, options) => journal.post(path).attach('file', content, options)
  const plain = { filename: 'a.txt', contentType: 'text/plain' }
  await journal.post(under(entry, 'attachments')).field('note', 'no file').expect(422)
  await attach(under(entry, 'attachments'), Buffer.alloc(5 * 1024 * 1024 + 1), plain).expect(413)
  const page = { filename: 'a.html', contentType: 'text/html' }
  await attach(under(entry, 'attachments'), Buffer.from('<script>'), page).expect(415)
  await attach(under({ id: MISSING }, 'attachments'), Buffer.from('a'), plain).expect(404)
})
