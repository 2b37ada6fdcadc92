// An app with a stream of events for its own user and some for all, whose writes are text under keys in the path.
import { expect, test } from 'vitest'
import { gated, plant, usertwo } from '../init/play.mjs'
import { liveApp, ONLY } from './live-app.js'

const app = liveApp('calendar')
const TO_OWN = 'queued.splice(0).forEach(tell)'
const PUT = `await fetch(new URL('/entries/team', process.env.BASE_URL), {
  method: 'PUT',
  headers: { 'content-type': 'text/calendar' },
  body: 'BEGIN:VEVENT\\nSUMMARY:Team at ten\\nEND:VEVENT\\n',
})`

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
  const { red } = await app.planted(TO_OWN, 'queued.splice(0).forEach(({ uid }) => toAll(uid))')
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes what .* wrote \(PUT \/entries\/:uid\) was pushed/,
  )
}, 180_000)

test('the text of an entry that is sent to all is NO-GO', async () => {
  const { red } = await app.planted(
    TO_OWN,
    'queued.splice(0).forEach(({ body }) => toAll(JSON.stringify(body)))',
  )
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes what .* wrote \(PUT \/entries\/:uid\) was pushed/,
  )
}, 180_000)

test('what is sent again to a client that comes back is NO-GO where it is of all users', async () => {
  const { red } = await app.planted(
    'const tell = ({ user, uid, body }) => {',
    `const recent = []
const again = (page, { id, data }) => page.write('id: ' + id + '\\ndata: ' + data + '\\n\\n')
const tell = ({ user, uid, body }) => {
  const event = { id: 'e' + recent.length, data: JSON.stringify({ uid, body }) }
  recent.push(event)
  for (const [page, of] of pages) if (of === user) again(page, event)
}
app.use('/changes', (req, res, next) => {
  const at = recent.findIndex(({ id }) => id === req.get('last-event-id'))
  if (at >= 0) setImmediate(() => recent.slice(at + 1).forEach((event) => again(res, event)))
  next()
})
const _tell = ({ user, uid, body }) => {`,
  )
  expect(red.join()).toMatch(
    /isolation\.live: fail: .*GET \/changes what the owner wrote \(PUT \/entries\/:uid\) was pushed to the other/,
  )
}, 180_000)

test('a count that is sent to all after a write alone is NO-GO', async () => {
  const { red } = await app.planted(
    TO_OWN,
    'queued.splice(0).forEach(() => toAll(JSON.stringify({ changes: pages.size })))',
  )
  expect(red.join()).toMatch(
    /isolation\.live: fail: GET \/changes an event comes to the other .* after PUT \/entries\/:uid of the owner/,
  )
}, 180_000)

test('an app whose recorded writes fail is unknown, by what they answer', async () => {
  const { red } = await app.planted('const { uid } = req.params', 'if (req) return res.status(409).end()')
  expect(red.join()).toMatch(/isolation\.live: unknown: .*PUT \/entries\/:uid answered 409.*app\.drive/)
}, 180_000)
