const { after, before, test } = require('node:test')
const { ask, open } = require('./prepared.cjs')

let db
before(() => {
  db = open()
})
after(() => db.destroy())

test('waits for what takes long', () => ask().get('/slow').expect(200, { ok: true }))
