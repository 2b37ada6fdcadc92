import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import { built } from '../../../test/support/built.js'
import type { Finding } from '../check.js'
import type { Templates } from '../templates.js'
import type { Exchange } from './exchange.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-stale-'))
const SERVER = `import { createServer } from 'node:http'
const { TITLE = 'Notes', LAYER = '' } = process.env
createServer((req, res) => res.end(req.url === '/health' ? 'ok' : TITLE + LAYER)).listen(process.env.PORT, process.env.HOST)
`
const FILES: Record<string, string> = {
  'server.mjs': SERVER,
  // As an entry that adds a layer.
  'entry.mjs': `process.env.LAYER = process.env.PLANTED ?? ''\nawait import('./server.mjs')\n`,
  'drive.mjs': `for (const path of ['/', '/a', '/b']) await fetch(process.env.BASE_URL + path)\n`,
}

const projectOf = (env: Record<string, string> = {}) => ({
  name: 'stale',
  folder,
  config: parseConfig({
    app: { start: ['node', 'entry.mjs'], bare: ['node', 'server.mjs'], drive: ['node', 'drive.mjs'], env },
    owner: { id: 1 },
    users: { table: 'users' },
  }),
  mutants: {},
})

let templates: Templates
let exchanges: Exchange[]
beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  const { openTemplates } = await built<typeof import('../templates.js')>('proof/gate/templates.js')
  const { recordBaseline } = await built<typeof import('./record.js')>('proof/gate/traffic/record.js')
  templates = await openTemplates(projectOf())
  exchanges = await recordBaseline(projectOf(), templates)
}, 120_000)
afterAll(async () => {
  await templates?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function found(env: Record<string, string>): Promise<Finding> {
  const { openSession } = await built<typeof import('../session.js')>('proof/gate/session.js')
  const { baselineCheck } = await built<typeof import('./baseline-check.js')>(
    'proof/gate/traffic/baseline-check.js',
  )
  const session = await openSession({
    project: projectOf(env),
    templates,
    phase: 2,
    signal: new AbortController().signal,
    traffic: async () => exchanges,
  })
  try {
    return await baselineCheck('tiny', [{ name: 'none', names: 'differently', by: {} }]).run(session)
  } finally {
    await session.close()
  }
}

test('the app as it was recorded has no problem', async () => {
  expect(await found({})).toMatchObject({ exercised: 3, problems: [] })
}, 60_000)

test('what the phase changes is named request by request', async () => {
  const { problems, stale } = await found({ PLANTED: ' for two' })
  expect(problems).toHaveLength(3)
  expect(problems[0]).toMatchObject({ got: 'Notes for two' })
  expect(stale).toBe(undefined)
}, 60_000)

test('a recording of another state of the app is one problem, with the command', async () => {
  const { problems, stale } = await found({ TITLE: 'Thoughts' })
  expect(problems).toHaveLength(1)
  expect(problems[0]!.what).toBe(
    '3 of 3 recorded requests have another answer from the app itself, without usertwo: run `usertwo baseline record`, then the gates again. The first: GET / (request 1 of the baseline) answers the owner differently: body',
  )
  expect(stale).toBe(true)
}, 60_000)
