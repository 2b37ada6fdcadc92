const { after, before, test } = require('node:test')
const assert = require('node:assert')
const request = require('supertest')
const app = require('../app')
const db = require('../db')

before(() => db.none('DELETE FROM contacts'))
after(() => db.$pool.end())

test('a contact that was added is listed', async () => {
  await request(app).post('/contacts').send({ name: 'Ada' }).expect(201)
  const { body } = await request(app).get('/contacts').expect(200)
  assert.deepEqual(
    body.data.map(({ name }) => name),
    ['Ada'],
  )
})
