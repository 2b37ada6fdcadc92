import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { build } from './support/built.js'
import { leftRunning, startPlace } from './support/start.js'

// Each starts PostgreSQL and a gate.
vi.setConfig({ testTimeout: 120_000 })

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
/** The app never answers, and must be killed: a gate waits for it for a minute. */
const STUBBORN = `import { createServer } from 'node:http'
  import { writeFileSync } from 'node:fs'
  process.on('SIGTERM', () => {})
  createServer(() => {}).listen(process.env.PORT, process.env.HOST)
  writeFileSync(new URL('running', process.env.WITNESS), '')`

let app: string

beforeAll(async () => {
  await build()
  app = mkdtempSync(join(tmpdir(), 'usertwo-stubborn-'))
  writeFileSync(join(app, 'server.mjs'), STUBBORN)
}, 120_000)
afterAll(() => rmSync(app, { recursive: true, force: true }))

/** Starts a gate with temporary files of its own, and waits until the app's program runs. */
async function gateInProgress(program: 'start' | 'migrate') {
  const config = {
    app: {
      start: ['sh', '-c', 'sleep 300 & node server.mjs'],
      ...(program === 'migrate' && { migrate: ['sh', '-c', 'sleep 300 & node server.mjs'] }),
      env: { WITNESS: `file://${app}/` },
    },
    owner: { id: 1 },
    users: { table: 'users' },
  }
  writeFileSync(join(app, 'usertwo.config.mjs'), `export default ${JSON.stringify(config)}`)
  rmSync(join(app, 'running'), { force: true })
  const place = startPlace()
  const args = [CLI, 'gate', '1', '--only', 'inventory.routes', '--json', '--config', app]
  const child = spawn(process.execPath, args, { cwd: app, env: { ...process.env, TMPDIR: place } })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  await vi.waitFor(() => expect(existsSync(join(app, 'running'))).toBe(true), { timeout: 60_000 })
  if (program === 'start') {
    expect(readdirSync(place).join()).toContain('usertwo-edited-')
    expect(readdirSync(place).join()).toContain('.sock')
  }
  return { child, ended, place }
}

/** What is left of a gate is gone at once, the server and its folder soon. */
async function expectNothingLeft(place: string) {
  await vi.waitFor(() => expect([...readdirSync(place), ...leftRunning(place)]).toEqual([]), 30_000)
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a gate ended by %s leaves no files and no processes',
  async (name) => {
    const { child, ended, place } = await gateInProgress('start')
    child.kill(name)
    expect(await ended).toBe(130)
    await expectNothingLeft(place)
  },
)

test('a gate ended during the app’s migrations leaves no files and no processes', async () => {
  const { child, ended, place } = await gateInProgress('migrate')
  child.kill('SIGTERM')
  expect(await ended).toBe(130)
  await expectNothingLeft(place)
})

test('a gate that npm has passed the signal of the terminal on to leaves no files and no processes', async () => {
  const { child, ended, place } = await gateInProgress('start')
  child.kill('SIGINT')
  await sleep(50)
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  await expectNothingLeft(place)
})

test('a gate ended at once by a second signal leaves no files and no processes', async () => {
  const { child, ended, place } = await gateInProgress('start')
  child.kill('SIGTERM')
  await sleep(1_200)
  child.kill('SIGTERM')
  expect(await ended).toBe(143)
  await expectNothingLeft(place)
})
