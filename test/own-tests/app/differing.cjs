const { after, before, beforeEach, test } = require('node:test')
const { ask, empty, open } = require('./prepared.cjs')

let db
before(() => {
  db = open()
})
beforeEach(() => empty(db))
after(() => db.destroy())

test('the list is there', () => ask().get('/notes').expect(200, []))

test('a debug route counts', () => ask().get('/debug/notes').expect(200))

test('everybody’s notes are listed', async () => {
  await db('users').insert({ id: 2, username: 'you' }).onConflict('id').ignore()
  const isOwned = "attrelid = 'notes'::regclass and attname = 'user_id' and not attisdropped"
  const { rows } = await db.raw(`select from pg_attribute where ${isOwned}`)
  await db('notes').insert({ text: 'yours', ...(rows.length && { user_id: 2 }) })
  await ask()
    .get('/notes')
    .expect(200, [{ id: 1, text: 'yours', kind: null }])
})
