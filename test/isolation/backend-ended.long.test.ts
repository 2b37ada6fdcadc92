// An app whose checked-out clients have no error listener ends with a backend: the gate says so, and how to mend it.
import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const { lookAll } = leakyNotebook()

const inOne = {
  file: 'pg/store.js',
  find: "(await pool.query('delete from projects where id = $1', [id])).rowCount",
  replace:
    "inTransaction(async (client) => (await client.query('delete from projects where id = $1', [id])).rowCount)",
}
const waits = {
  file: 'pg/store.js',
  find: "    await client.query('rollback')\n",
  replace: '    await new Promise((done) => setTimeout(done, 300))\n',
}
const listens = {
  file: 'pg/store.js',
  find: "import { pool } from './db.js'\n",
  replace: "import { pool } from './db.js'\n\npool.on('connect', (client) => client.on('error', () => {}))\n",
}

test('an app that ends with a backend, because a client has no error listener, is red with the line to add', async () => {
  const { problems } = await lookAll('isolation.at-once', [inOne, waits])
  expect(problems).toEqual([
    expect.objectContaining({
      what: expect.stringMatching(
        /^the app ended when a backend was ended .*: a client .* has no listener .*client\.on\('error'/,
      ),
      got: expect.stringContaining('Connection terminated'),
    }),
  ])
}, 300_000)

test('one that listens goes on', async () => {
  const { problems } = await lookAll('isolation.at-once', [inOne, waits, listens])
  expect(problems).toEqual([])
}, 300_000)
