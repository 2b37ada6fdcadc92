import { expect, test } from 'vitest'
import { emptied, journal, MISSING, written } from './support/journal.js'

emptied()

test('an entry is written, read, changed and deleted', async () => {
  const entry = await written({ title: ' Rain ', tags: ['Weather', 'home'] })
  expect(entry).toMatchObject({ title: 'Rain', body: 'It rained.', tags: ['weather', 'home'] })
  const path = `/api/v1/entries/${entry.id}`
  expect((await journal.get(path).expect(200)).body).toEqual(entry)

  const changed = await journal.put(path).send({ title: 'Sun', body: '', tags: [] }).expect(200)
  expect(changed.body).toMatchObject({ id: entry.id, title: 'Sun', body: '', created_at: entry.created_at })

  await journal.delete(path).expect(204)
  await journal.get(path).expect(404)
  await journal.delete(path).expect(404)
})

test('every entry is the author’s', async () => {
  const [one, other] = [await written(), await written()]
  expect(one.author_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(other.author_id).toBe(one.author_id)
})

test('the list is newest first, in pages, with the total', async () => {
  for (const title of ['one', 'two', 'three']) await written({ title })
  const titles = async (query) => {
    const { body } = await journal.get('/api/v1/entries').query(query).expect(200)
    return [body.total, ...body.entries.map(({ title }) => title)]
  }
  expect(await titles({})).toEqual([3, 'three', 'two', 'one'])
  expect(await titles({ limit: 1, offset: 1 })).toEqual([3, 'two'])
})

test('search finds words of title and text, in any case, and a tag', async () => {
  await written({ title: 'Pears', body: 'from Ruth', tags: ['garden'] })
  await written({ title: 'Bread', body: 'with 100% rye', tags: ['kitchen'] })
  const found = async (query) =>
    (await journal.get('/api/v1/entries').query(query).expect(200)).body.entries.map(({ title }) => title)
  expect(await found({ q: 'RUTH' })).toEqual(['Pears'])
  expect(await found({ q: 'pear' })).toEqual(['Pears'])
  expect(await found({ q: '100%' })).toEqual(['Bread'])
  expect(await found({ q: '%' })).toEqual(['Bread'])
  expect(await found({ tag: 'kitchen' })).toEqual(['Bread'])
  expect(await found({ q: 'pears', tag: 'kitchen' })).toEqual([])
})

test('stats count entries, words, tags and months', async () => {
  await written({ body: 'two words', tags: ['garden', 'home'] })
  await written({ body: ' and  three\nmore ', tags: ['garden'] })
  await written({ body: '', tags: [] })
  const { body } = await journal.get('/api/v1/entries/stats').expect(200)
  expect(body).toMatchObject({
    entries: 3,
    words: 5,
    tags: [
      { tag: 'garden', entries: 2 },
      { tag: 'home', entries: 1 },
    ],
  })
  expect(body.months).toEqual([{ month: new Date().toISOString().slice(0, 7), entries: 3 }])
})

test('an empty journal has stats too', async () => {
  const { body } = await journal.get('/api/v1/entries/stats').expect(200)
  expect(body).toEqual({ entries: 0, words: 0, first: null, last: null, tags: [], months: [] })
})

test('what is not valid is refused by its field', async () => {
  const { body } = await journal
    .post('/api/v1/entries')
    .send({ title: ' ', tags: 'x'.repeat(41) })
    .expect(422)
  expect(body.problems.map(({ field }) => field)).toEqual(['title', 'tags.0'])
  await journal.get('/api/v1/entries?limit=0').expect(422)
  await journal.post('/api/v1/entries').type('json').send('{').expect(400)
})

test('what is not there is 404, whatever its name', async () => {
  for (const id of [MISSING, 'nonsense']) {
    await journal.get(`/api/v1/entries/${id}`).expect(404, { error: 'There is nothing here.' })
    await journal.put(`/api/v1/entries/${id}`).send({ title: 'x' }).expect(404)
    await journal.get(`/api/v1/entries/${id}/comments`).expect(404)
    await journal.get(`/api/v1/entries/${id}/attachments`).expect(404)
  }
  await journal.get('/api/v2/entries').expect(404)
})
