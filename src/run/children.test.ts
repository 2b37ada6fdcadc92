import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { built } from '../../test/support/built.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-children-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { underLayers } = await built<typeof import('./order.js')>('src/run/order.js')
writeFileSync(join(folder, 'usertwo.config.cjs'), 'module.exports = {}')
const IN_THREAD = `const { init } = require('node:events').EventEmitter
  const layers = !/this\\._events/.test(init)
  require('node:worker_threads').parentPort.postMessage({ layers, mine: process.env.MINE })`

/** What a thread with these options says, once the app has removed variables from its environment. */
function said(removed: string, options: string): unknown {
  const app = `const { Worker, SHARE_ENV } = require('node:worker_threads')
    for (const name of Object.keys(process.env)) if (${removed}.test(name)) delete process.env[name]
    new Worker(${JSON.stringify(IN_THREAD)}, { eval: true, ...${options} }).on('message', (said) => console.log(JSON.stringify(said)))`
  const env = underLayers({ PATH: process.env.PATH, MINE: 'yes' }, folder)
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', app], { cwd: folder, env, encoding: 'utf8' })
  return stdout ? JSON.parse(stdout) : stderr
}

test.each([
  ['nothing', '/^$/'],
  ['Node’s options', '/^NODE_OPTIONS$/'],
  ['what usertwo reads', '/^USERTWO/'],
  ['all but its own', '/^(?!MINE$|PATH$)/'],
])('a thread is under the layers where the app has removed %s', (_what, removed) => {
  for (const options of [
    '{}',
    '{ execArgv: [] }',
    '{ env: SHARE_ENV, execArgv: [] }',
    '{ env: { MINE: "yes" } }',
  ])
    expect(said(removed, options), options).toEqual({ layers: true, mine: 'yes' })
})
