import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startOnceText } from './start-once.js'

let folder: string
let server: Server
let port: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-start-once-'))
  mkdirSync(join(folder, 'usertwo'))
  writeFileSync(join(folder, 'usertwo', 'start-once.mjs'), startOnceText({ file: 'app.mjs' }, false))
  // As a database does, it answers what is sent, after a while.
  server = createServer((socket) => socket.on('data', (data) => setTimeout(() => socket.write(data), 700)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

async function startOnce(app: string): Promise<number | null> {
  writeFileSync(join(folder, 'app.mjs'), app)
  const child = spawn(process.execPath, ['usertwo/start-once.mjs'], { cwd: folder, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

test('an app that listens before its tables are made is ended after its last query', async () => {
  const code = await startOnce(`
    import { writeFileSync } from 'node:fs'
    import { createServer } from 'node:http'
    import { connect } from 'node:net'
    createServer().listen(0)
    const socket = connect(${port}, '127.0.0.1')
    const query = (text) => new Promise((done) => { socket.once('data', done); socket.write(text) })
    for (const text of ['create one', 'create two', 'create three']) await query(text)
    writeFileSync('made', '')`)
  expect(code).toBe(0)
  expect(existsSync(join(folder, 'made'))).toBe(true)
})

test('an app that asks nothing is ended after a second, also where the clock of a gate stands still', async () => {
  const started = performance.now()
  const app = `import { createServer } from 'node:http'; Date.now = () => 0; createServer().listen(0)`
  expect(await startOnce(app)).toBe(0)
  expect(performance.now() - started).toBeGreaterThan(1_000)
})
