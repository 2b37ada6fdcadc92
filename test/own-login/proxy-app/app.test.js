import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { createApp } from './app.js'
import { pool } from './db.js'

let server
before(async () => {
  server = createApp(pool).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(async () => {
  server.close()
  await pool.end()
})

const get = (path, headers) => fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers })

test('shows the books of the user whom the proxy names', async () => {
  const answer = await get('/api/books', { 'remote-email': 'first@example.com' })
  assert.equal((await answer.json()).length, 20)
})

test('refuses a request without a user', async () => {
  assert.equal((await get('/api/books', {})).status, 401)
})
