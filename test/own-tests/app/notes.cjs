const assert = require('node:assert/strict')
const { after, before, beforeEach, test } = require('node:test')
const { ask, empty, open, stored } = require('./prepared.cjs')

let db
before(() => {
  db = open()
})
beforeEach(() => empty(db))
after(() => db.destroy())

test('begins with nothing', () => ask().get('/notes').expect(200, []))

test('lists what was put in by hand', async () => {
  await db('kinds').insert({ name: 'shopping' })
  await db('notes').insert([{ text: 'milk', kind: 'shopping' }, { text: 'salt' }])
  await ask()
    .get('/notes')
    .expect(200, [
      { id: 1, text: 'milk', kind: 'shopping' },
      { id: 2, text: 'salt', kind: null },
    ])
})

test('keeps what it is sent', async () => {
  await ask().post('/notes').send({ text: 'bread' }).expect(201, { id: 1, text: 'bread' })
  assert.deepEqual(await stored(), [{ id: 1, text: 'bread' }])
})

test('shows the one that was put in by hand', async () => {
  await db('notes').insert({ id: 7, text: 'salt' })
  await ask().get('/notes/7').expect(200, { id: 7, text: 'salt' })
})

test('deletes all of it', async () => {
  await db('notes').insert({ text: 'milk' })
  await ask().delete('/notes').expect(204)
  assert.deepEqual(await db('notes').select(), [])
})

test('is made anew by the tests’ own statements', async () => {
  await db.schema.createTable('for_a_test', (table) => table.increments())
  await db('for_a_test').insert({})
  assert.deepEqual(await db('for_a_test').select(), [{ id: 1 }])
  await db.schema.dropTable('for_a_test')
})
