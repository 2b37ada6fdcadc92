import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { signalGroup } from './process-group.js'

test('what a process has started ends with it', async () => {
  const child = spawn('sh', ['-c', 'sleep 60 & echo on; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  // The grandchild holds the pipe open for as long as it runs.
  const closed = once(child, 'close')
  signalGroup(child, 'SIGTERM')
  await closed
}, 10_000)

test('ends the process tree on Windows, which has no process groups', () => {
  const asked: [string, string[]][] = []
  signalGroup({ pid: 4711 }, 'SIGTERM', 'win32', (...command) => asked.push(command))
  expect(asked).toEqual([['taskkill', ['/pid', '4711', '/t', '/f']]])
})
