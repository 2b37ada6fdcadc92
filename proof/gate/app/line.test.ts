import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { linePath, openLine } from './line.js'

/** Reports that it serves, and reads no question. */
const DEAF = `const socket = require('node:net').connect(process.argv[1], () =>
  socket.write('{"listening":1}\\n{"serving":1}\\n', () => { for (;;); }))`

test('other processes stay on the line when one is killed before it reads a question', async () => {
  const line = await openLine()
  const child = spawn(process.execPath, ['-e', DEAF, line.path])
  await expect.poll(() => line.listening(), { timeout: 10_000 }).toContain(1)
  const asked = line.ask('routes').catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 200))
  child.kill('SIGKILL')
  const heard = line.heard()
  const other = connect(line.path)
  other.write(`${JSON.stringify({ listening: 2 })}\n`)
  await heard
  expect(line.listening()).toContain(2)
  await asked
  line.close()
}, 30_000)

test('on Windows, which has no sockets among its files, a line is a pipe', () => {
  expect(linePath('win32')).toMatch(/^\\\\\.\\pipe\\usertwo-[\da-f-]+$/)
  expect(linePath('darwin')).toMatch(/\.sock$/)
})
