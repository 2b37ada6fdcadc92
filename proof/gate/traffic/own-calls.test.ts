import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { callsWithoutLogin } from './baseline-check.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-own-calls-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(
  join(folder, 'server.js'),
  "const api = 'http://localhost:3000/api'\nfetch(api + '/notes')\nfetch('http://localhost:3000/v2/notes')\napp.listen(3000)\n",
)

async function named(phase: 5 | 6, ownCalls?: string[]) {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    ...(ownCalls && { auth: { ownCalls } }),
  })
  const problems = await callsWithoutLogin({ folder, config, edits: [], phase })
  return problems.map(({ what }) => /^(\S+): .*ownCalls: (\[.*?\])/.exec(what)!.slice(1).join(' '))
}

test('a red baseline names the calls of the app to itself that carry no login', async () => {
  expect(await named(6)).toEqual(["server.js:2 ['/api']", "server.js:3 ['/v2']"])
  expect(await named(6, ['/api'])).toEqual(["server.js:3 ['/v2']"])
  expect(await named(6, ['/'])).toEqual([])
  // Below phase 6 a request without a login is the owner's.
  expect(await named(5)).toEqual([])
})
