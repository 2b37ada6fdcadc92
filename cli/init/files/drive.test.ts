import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Call } from '../day/try-routes.js'
import { driveText } from './drive.js'

const call = (method: string, path: string, body: Call['body'] = null): Call => ({
  ...{ method, path, body },
  as: 'json',
})

/** What the requests of a drive sent: the path, the token and the cookies. */
async function sentBy(text: string): Promise<string[]> {
  const sent: string[] = []
  const server = createServer((req, res) => {
    const { authorization = '', cookie = '', 'x-remote-user': named = '' } = req.headers
    sent.push([req.url, authorization, named, cookie].filter(Boolean).join(' '))
    if (req.url === '/notes') res.setHeader('set-cookie', ['flash=1; Path=/', 'filter=open'])
    if (req.url === '/read') res.setHeader('set-cookie', 'flash=; Max-Age=0')
    res.end('{"token":"abc"}')
  })
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-drive-'))
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    writeFileSync(join(folder, 'drive.mjs'), text)
    const BASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await promisify(execFile)(process.execPath, [join(folder, 'drive.mjs')], {
      env: { ...process.env, BASE_URL },
    })
    return sent
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
}

const CALLS = [call('GET', '/notes'), call('GET', '/read'), call('GET', '/last')]
const plain = { cookies: true, headers: {}, named: {}, login: null, header: 'authorization' }

test.each([
  ['without a login', plain, [], ''],
  [
    'besides a token',
    { ...plain, login: { post: '/login', token: 'token' } },
    [call('POST', '/login', {})],
    ' Bearer abc',
  ],
  ['besides the header of a proxy', { ...plain, named: { 'x-remote-user': 'me' } }, [], ' me'],
])('keeps the cookies that the app sets, %s', async (_, known, first, held) => {
  expect((await sentBy(driveText([...first, ...CALLS], known))).slice(first.length)).toEqual([
    `/notes${held}`,
    `/read${held} flash=1; filter=open`,
    `/last${held} filter=open`,
  ])
})
