// The reading list, whose login answers with its own token, before the gates, and with planted leaks.
import { expect, test } from 'vitest'
import { gatedApp } from './gated-app.js'

const { gate, planted } = gatedApp('jwt-app')

test('the gates send the token that the login answers with, and all eight phases are GO', async () => {
  const { go, red } = await gate()
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('a key that a request of the login chooses is put and read by both users', async () => {
  const verdict = await gate('6', '--only', 'isolation.chosen-keys', '--prove')
  expect(verdict).toMatchObject({ go: true, red: [] })
  expect(verdict.notes).toContain('keys that requests choose: PUT /api/marks/:name (marks)')
}, 200_000)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.foreign-ids,isolation.kept-in-memory', [
    "router.get('/books', needLogin, async (req, res) => {",
    `let kept
  router.get('/books', needLogin, async (req, res) => {
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = JSON.stringify(rows); return send(rows) }`,
  ])
  expect(go).toBe(false)
  expect(red.join()).toMatch(/fail: GET \/api\/books/)
}, 300_000)

test('a profile that is kept for all users is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.foreign-ids,isolation.kept-in-memory', [
    "router.get('/me', needLogin, async (req, res) => {",
    `let kept
  router.get('/me', needLogin, async (req, res) => {
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = (row) => { kept = JSON.stringify(row); return send(row) }`,
  ])
  expect(go).toBe(false)
  expect(red.join()).toMatch(/fail: GET \/api\/me/)
}, 300_000)

test('a login that names unknown users, a profile with its hash, and a role from the request are NO-GO by their routes', async () => {
  const { go, red } = await planted(
    '4',
    'auth.own-login-answers,auth.own-password-hashes,auth.own-chosen-roles',
    [
      '    if (!right)',
      "    if (!rows[0]) return res.status(404).json({ error: 'no such user' })\n    if (!right)",
    ],
    ["'SELECT id, email, name, role FROM users WHERE id = $1'", "'SELECT * FROM users WHERE id = $1'"],
    [
      '(email, password_hash, name) VALUES ($1, $2, $3)',
      '(email, password_hash, name, role) VALUES ($1, $2, $3, coalesce($4, $$reader$$))',
    ],
    ['hash, String(name)]', 'hash, String(name), req.body.role]'],
  )
  expect(go).toBe(false)
  const found = (id: string) => red.find((one) => one.startsWith(`${id}: fail: `))
  expect(found('auth.own-login-answers')).toMatch(/POST \/auth\/login an unknown user is answered unlike/)
  expect(found('auth.own-password-hashes')).toMatch(/GET \/api\/me .* holds a value of users\.password_hash/)
  expect(found('auth.own-chosen-roles')).toMatch(/POST \/auth\/register a request with .*role.* sets a role/)
}, 200_000)
