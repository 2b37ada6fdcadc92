import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { built } from './support/built.js'

/** Finds its port taken the first time it is started, and says so. */
const app = (says: string) => `
  import { existsSync, writeFileSync } from 'node:fs'
  import { createServer } from 'node:http'
  const { PORT, HOST } = process.env
  if (existsSync('started')) createServer((_req, res) => res.end('here')).listen(Number(PORT), HOST)
  else {
    writeFileSync('started', '')
    console.error(${JSON.stringify(says)}.replace('PORT', PORT))
    process.exitCode = 1
  }`

test.each([
  ['Node', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:PORT'],
  ['the wrapped app', 'port PORT is in use by another process; stop that one, or set PORT to another number'],
])('the gate starts an app anew whose port was taken meanwhile, as %s says it', async (_, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-port-'))
  writeFileSync(join(folder, 'app.mjs'), app(says))
  const { startTarget } = await built<typeof import('../src/gate/target.js')>('gate/target.js')
  const target = await startTarget({
    command: ['node', 'app.mjs'],
    cwd: folder,
    env: {},
    orders: { edits: [] },
    health: '/',
  })
  expect((await target.ask('GET', '/')).body).toBe('here')
  await target.stop()
  rmSync(folder, { recursive: true })
})
