import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express5 from 'express'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { type Hardened, hardened } from '../../../../test/support/hardened.js'
import { rawRequest } from '../../../../test/support/raw-http.js'

let folder: string
let one: Hardened
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-static-'))
  mkdirSync(join(folder, 'private'))
  writeFileSync(join(folder, 'private', 'a.txt'), 'the file')
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  one.server.close()
  return one.dispose()
})

describe.each([
  ['4', express4],
  ['5', express5],
])('on Express %s', (_version, express) => {
  test('case 118: only a plain host is accepted in an absolute request target', async () => {
    const app = express()
    app.use(express.static(folder))
    one = hardened(app)
    one.server.listen(0, '127.0.0.1')
    await once(one.server, 'listening')
    const { port } = one.server.address() as AddressInfo
    const get = async (target: string) => {
      const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
      return /^HTTP\/1\.1 (\d{3})/.exec(answer)![1] + (answer.includes('the file') ? ' the file' : '')
    }
    for (const host of ['h', 'App.example.com:8080', '[::1]', '[::1]:80'])
      expect(await get(`http://${host}/private/a.txt`), host).toBe('200 the file')
    for (const target of [
      'http://h%70rivate/a.txt',
      'http://%70rivate/a.txt',
      'http://u@h%70rivate/a.txt',
      'http://h;/private/a.txt',
      'http:///private/a.txt',
      'javascript://private/a.txt',
    ])
      expect(await get(target), target).toBe('400')
  })
})
