import { expect, test } from 'vitest'
import { emptied, journal, MISSING } from './support/journal.js'

emptied()

const drafted = async (input) => (await journal.post('/api/v1/drafts').send(input).expect(201)).body

test('a draft is kept, changed and thrown away, and is no entry', async () => {
  const draft = await drafted({ body: 'an idea' })
  expect(draft).toMatchObject({ title: '', body: 'an idea' })
  const path = `/api/v1/drafts/${draft.id}`
  await journal.put(path).send({ title: 'Idea', body: 'better' }).expect(200)
  expect((await journal.get(path).expect(200)).body).toMatchObject({ title: 'Idea', body: 'better' })
  expect((await journal.get('/api/v1/drafts').expect(200)).body).toHaveLength(1)
  expect((await journal.get('/api/v1/entries')).body.total).toBe(0)
  await journal.delete(path).expect(204)
  await journal.get(path).expect(404)
})

test('a published draft is an entry, once', async () => {
  const draft = await drafted({ title: 'Beans', body: 'nothing but' })
  const publish = () => journal.post(`/api/v1/drafts/${draft.id}/publish`)
  const { body: entry } = await publish().expect(201)
  expect(entry).toMatchObject({ title: 'Beans', body: 'nothing but', tags: [], author_id: draft.author_id })
  await publish().expect(404)
  expect((await journal.get('/api/v1/drafts')).body).toEqual([])
})

test('a draft without a title is published as untitled', async () => {
  const { id } = await drafted({ body: 'no name' })
  const { body } = await journal.post(`/api/v1/drafts/${id}/publish`).expect(201)
  expect(body.title).toBe('Untitled')
})

test('a draft that is not there is 404', async () => {
  await journal.put(`/api/v1/drafts/${MISSING}`).send({ title: 'x', body: '' }).expect(404)
  await journal.delete(`/api/v1/drafts/${MISSING}`).expect(404)
})
