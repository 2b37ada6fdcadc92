import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { built } from './support/built.js'

/** Finds its port taken the first time it is started, and says so. */
const app = (says: string, late = 0) => `
  import { spawn } from 'node:child_process'
  import { existsSync, writeFileSync } from 'node:fs'
  import { createServer } from 'node:http'
  const { PORT, HOST } = process.env
  if (existsSync('started')) createServer((_req, res) => res.end('here')).listen(Number(PORT), HOST)
  else {
    writeFileSync('started', '')
    const words = ${JSON.stringify(says)}.replace('PORT', PORT)
    if (${late}) spawn('/bin/sh', ['-c', \`sleep ${late / 1000}; echo "\${words}" >&2\`], { stdio: 'inherit' }).unref()
    else console.error(words)
    process.exitCode = 1
  }`

test.each([
  ['as Node says it', 0, 'Error: listen EADDRINUSE: address already in use 127.0.0.1:PORT'],
  [
    'as the wrapped app says it',
    0,
    'port PORT is in use by another process; stop that one, or set PORT to another number',
  ],
  ['also where that is read after its end', 50, 'Error: listen EADDRINUSE: 127.0.0.1:PORT'],
])('the gate starts an app again whose port was taken meanwhile, %s', async (_, late, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-port-'))
  writeFileSync(join(folder, 'app.mjs'), app(says, late))
  const { startTarget } =
    await built<typeof import('../proof/gate/app/target.js')>('proof/gate/app/target.js')
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
