const { test } = require('node:test')
const app = require('./app.cjs')

test('there is an app', () => {
  if (typeof app !== 'function') throw new Error('none')
})
