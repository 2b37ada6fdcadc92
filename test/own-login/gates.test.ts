// The recipe box, with its own login, before the gates, and with planted leaks.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = layFolder(new URL('app', import.meta.url), [
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
  ])
  for (const command of [
    ['baseline', 'record'],
    ['inventory', '--write'],
  ]) {
    const { code, stderr } = await usertwo(app.folder, ...command)
    expect(code, stderr).toBe(0)
  }
}, 180_000)
afterAll(() => app?.remove())

/** The verdict of phase 6 with one text of the app replaced, which is undone. */
async function planted(only: string, from: string, to: string) {
  const file = join(app.folder, 'app.js')
  const before = readFileSync(file, 'utf8')
  plant(app.folder, { file: 'app.js', from, to })
  const verdict = await gated(app.folder, '6', '--only', only)
  writeFileSync(file, before)
  return verdict
}

test('the gates log in by the app’s own login, and all eight phases are GO', async () => {
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('every defect of what a login may look up turns the check red', async () => {
  const { go, red } = await gated(app.folder, '6', '--only', 'isolation.lookups', '--prove')
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 300_000)

test('the hash of a password in the answer of the login is NO-GO, by its route', async () => {
  const { go, red } = await planted(
    'isolation.lookups',
    'return res.status(401).json({ error: WRONG })',
    'return res.status(401).json({ error: WRONG, tried: rows[0]?.password_hash })',
  )
  expect(go).toBe(false)
  expect(red.join()).toMatch(/isolation\.lookups: fail: POST \/login the \w+ is answered 401 with the hash/)
}, 180_000)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  const { go, red } = await planted(
    'isolation.foreign-ids,isolation.kept-in-memory',
    "router.get('/recipes', needLogin, async (req, res) => {",
    `let kept
  router.get('/recipes', needLogin, async (req, res) => {
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = JSON.stringify(rows); return send(rows) }`,
  )
  expect(go).toBe(false)
  expect(red.join()).toMatch(/GET \/api\/recipes/)
}, 300_000)
