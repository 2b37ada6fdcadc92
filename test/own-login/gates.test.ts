// The recipe box, with its own login, before the gates, and with planted leaks.
import { expect, test } from 'vitest'
import { gatedApp } from './gated-app.js'

const { gate, planted } = gatedApp('app')

test('the gates log in by the app’s own login, and all eight phases are GO', async () => {
  const { go, red } = await gate()
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('every defect of what a login may look up turns the check red', async () => {
  const { go, red } = await gate('6', '--only', 'isolation.lookups', '--prove')
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 300_000)

test('the hash of a password in the answer of the login is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.lookups', [
    'return res.status(401).json({ error: WRONG })',
    'return res.status(401).json({ error: WRONG, tried: rows[0]?.password_hash })',
  ])
  expect(go).toBe(false)
  expect(red).toMatch(/isolation\.lookups: fail: POST \/login the \w+ is answered 401 with the hash/)
}, 180_000)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.foreign-ids,isolation.kept-in-memory', [
    "router.get('/recipes', needLogin, async (req, res) => {",
    `let kept
  router.get('/recipes', needLogin, async (req, res) => {
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = JSON.stringify(rows); return send(rows) }`,
  ])
  expect(go).toBe(false)
  expect(red).toMatch(/GET \/api\/recipes/)
}, 300_000)
