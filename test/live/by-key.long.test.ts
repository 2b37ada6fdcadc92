// An app with a stream of events for its own user and some for all, whose writes are text under keys in the path.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }
const ONLY = ['6', '--only', 'isolation.live'] as const
const TO_OWN = 'queued.splice(0).forEach(tell)'
const PUT = `await fetch(new URL('/entries/team', process.env.BASE_URL), {
  method: 'PUT',
  headers: { 'content-type': 'text/calendar' },
  body: 'BEGIN:VEVENT\\nSUMMARY:Team at ten\\nEND:VEVENT\\n',
})`

beforeAll(async () => {
  await build()
  app = layFolder(new URL('calendar', import.meta.url), [
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
  ])
})
afterAll(() => app?.remove())

/** The verdict with one text of the app replaced, which is undone. */
async function planted(from: string, to: string) {
  const file = join(app.folder, 'server.js')
  const before = readFileSync(file, 'utf8')
  plant(app.folder, { file: 'server.js', from, to })
  const verdict = await gated(app.folder, ...ONLY)
  writeFileSync(file, before)
  return verdict
}

test('an app whose writes are not recorded is unknown', async () => {
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  const { red } = await gated(app.folder, ...ONLY)
  expect(red).toEqual([expect.stringMatching(/isolation\.live: unknown: .*no write .*app\.drive/)])
}, 300_000)

test('an app that sends each event to its own user, and some to all, is GO', async () => {
  plant(app.folder, {
    file: 'usertwo/drive.mjs',
    from: "await call('GET', '/health')",
    to: `${PUT}\nawait call('GET', '/health')`,
  })
  const { code, stderr } = await usertwo(app.folder, 'baseline', 'record')
  expect(code, stderr).toBe(0)
  plant(app.folder, { file: 'server.js', from: "'owner'", to: "require('usertwo').currentUserId()" })
  expect(await gated(app.folder, ...ONLY)).toMatchObject({ go: true, checks: 1, red: [] })
}, 300_000)

test('the key of an entry that is sent to all is NO-GO', async () => {
  const { red } = await planted(TO_OWN, 'queued.splice(0).forEach(({ uid }) => toAll(uid))')
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes what .* wrote \(PUT \/entries\/:uid\) was pushed/,
  )
}, 180_000)

test('the text of an entry that is sent to all is NO-GO', async () => {
  const { red } = await planted(TO_OWN, 'queued.splice(0).forEach(({ body }) => toAll(JSON.stringify(body)))')
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes what .* wrote \(PUT \/entries\/:uid\) was pushed/,
  )
}, 180_000)

test('a count that is sent to all after a write alone is NO-GO', async () => {
  const { red } = await planted(
    TO_OWN,
    'queued.splice(0).forEach(() => toAll(JSON.stringify({ changes: pages.size })))',
  )
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes an event comes to the other .* after PUT \/entries\/:uid of the owner/,
  )
}, 180_000)

test('an app whose recorded writes fail is unknown, by what they answer', async () => {
  const { red } = await planted('const { uid } = req.params', 'if (req) return res.status(409).end()')
  expect(red.join()).toMatch(/isolation\.live: unknown: .*PUT \/entries\/:uid answered 409.*app\.drive/)
}, 180_000)
