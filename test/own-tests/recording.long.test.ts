// `usertwo baseline record` from an app's own tests, and through a proxy: both end in what gates replay.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { BASELINE_FILE, readHar } from '../../proof/gate/traffic/har.js'
import { build } from '../support/built.js'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const HERE = fileURLToPath(new URL('.', import.meta.url))
const { PATH, HOME, USERTWO_RAMDISK } = process.env
const env = { PATH, HOME, USERTWO_RAMDISK }
let folder: string
let proxy: ChildProcess | undefined

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(HERE, 'recorded-'))
  cpSync(join(HERE, 'app'), folder, { recursive: true })
})
afterAll(() => {
  proxy?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function usertwo(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    )
  })
}

const recorded = (): Exchange[] => readHar(join(folder, BASELINE_FILE))
const replayed = () => usertwo('gate', '1', '--only', 'inventory.baseline')

test('the requests of tests are repeated on the app’s own rows, and routes without a request are named', async () => {
  const { code, said } = await usertwo('baseline', 'record', '--', 'node', '--test', 'notes.cjs')
  expect(said).toContain(`over 4 routes recorded in ${BASELINE_FILE}`)
  expect(code).toBe(0)
  const day = recorded().map(({ route, path, response }) => [route, path, response.status])
  // Row 7 had only existed for a test: the row that was created here takes its place.
  expect(day).toContainEqual(['GET /notes/:id', '/notes/2', 200])
  expect(day).toContainEqual(['POST /notes', '/notes', 201])
  // What deletes comes behind what needs the rows.
  expect(day.findIndex(([route]) => route === 'DELETE /notes')).toBeGreaterThan(
    day.findIndex(([route]) => route === 'POST /notes'),
  )
  expect(said).toMatch(/^not recorded; a request that would reach it:$/m)
  expect(said).toMatch(/^ {2}PUT \/notes\/[12]\/text \{"text":"…"\} {2}\(app\.cjs:\d+\)$/m)
  expect(said).toMatch(/^ {2}GET \/debug\/notes {2}\(app\.cjs:\d+\)$/m)
  expect((await replayed()).code).toBe(0)
}, 180_000)

test('what a user clicks is recorded with the app’s cookies, and replayed with them', async () => {
  proxy = spawn(process.execPath, [CLI, 'baseline', 'record', '--proxy'], { cwd: folder, env })
  let said = ''
  for (const stream of [proxy.stdout!, proxy.stderr!]) stream.on('data', (text) => (said += text))
  await expect.poll(() => said, { timeout: 90_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+/)
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said)!
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ colour: 'green' })
  const answer = await fetch(`${url}/colour`, { method: 'POST', headers, body })
  const [cookie = ''] = answer.headers.getSetCookie()
  expect(cookie).toContain('dark-green')
  await fetch(`${url}/colour`, { headers: { cookie: cookie.split(';')[0]! } })
  await fetch(`${url}/notes`, { headers: { 'x-api-key': 'k3Vw9qTz7LmX2bRf8HsY' } })
  await fetch(`${url}/app.cjs`, { headers: { 'sec-fetch-dest': 'script' } })
  await fetch(`${url}/notes`)
  const ended = once(proxy, 'close')
  proxy.kill('SIGINT')
  const [code] = await ended
  expect(said).toContain('left out: 1 requests with the header x-api-key')
  expect(code).toBe(0)
  expect(recorded().map(({ route, response }) => [route, response.status, response.body])).toEqual([
    ['POST /colour', 200, '{}'],
    ['GET /colour', 200, '{"cookie":"colour=dark-green"}'],
    ['GET /notes', 200, '[{"id":1,"text":"seven","kind":null}]'],
  ])
  expect((await replayed()).code).toBe(0)
}, 180_000)

test('a run of tests without a request is not a recording', async () => {
  const { code, said } = await usertwo('baseline', 'record', '--', 'node', '--test', 'unreached.cjs')
  expect(said).toContain('nothing can be recorded')
  expect(code).toBe(2)
}, 60_000)
