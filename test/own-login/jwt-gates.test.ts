// The reading list, whose login answers with its own token, before the gates, and with planted leaks.
import { expect, test } from 'vitest'
import { gatedApp } from './gated-app.js'

const { gate, planted } = gatedApp('jwt-app')

test('the gates send the token that the login answers with, and all eight phases are GO', async () => {
  const { go, red } = await gate()
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

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
  expect(red).toMatch(/fail: GET \/api\/books/)
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
  expect(red).toMatch(/fail: GET \/api\/me/)
}, 300_000)
