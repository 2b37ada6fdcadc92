// An app in a gate gets to the Redis that it is given, empty each time, and to no other.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startThrowAwayRedis, type ThrowAwayRedis } from '../proof/redis/throw-away-redis.js'
import { type ConfigInput, parseConfig } from '../src/config/config.js'
import { built } from './support/built.js'
import { skipWithoutRedis } from './support/redis.js'

const IOREDIS = pathToFileURL(fileURLToPath(import.meta.resolve('ioredis'))).href

describe.skipIf(skipWithoutRedis('the Redis of a gate'))('the Redis of a gate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-given-redis-'))
  let owners: ThrowAwayRedis
  let port: string
  beforeAll(async () => {
    owners = await startThrowAwayRedis()
    port = new URL(owners.url).port
    const client = new Redis(owners.url)
    await client.set('kept', 'of the owner')
    client.disconnect()
  })
  afterAll(async () => {
    await owners?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** All that the owner's Redis holds. */
  const kept = async () => {
    const client = new Redis(owners.url)
    const keys = await client.keys('*')
    client.disconnect()
    return keys
  }

  /** The answers of an app in two checks after each other, and what it was refused in the last. */
  async function inTwoChecks(address: string, env: Record<string, string>) {
    writeFileSync(
      join(folder, 'server.mjs'),
      `import { createServer } from 'node:http'
import { Redis } from ${JSON.stringify(IOREDIS)}
const redis = new Redis(${address}, { retryStrategy: () => null })
redis.on('error', () => {})
const tried = async () => {
  const before = await redis.dbsize()
  await redis.set(String(Math.random()), 'of the app')
  return before
}
createServer(async (req, res) => {
  if (req.url === '/health') return res.end('ok')
  res.end(JSON.stringify(await tried().catch(() => 'refused')))
}).listen(process.env.PORT, process.env.HOST)
`,
    )
    const input: ConfigInput = {
      app: { start: ['node', 'server.mjs'], env, health: '/health' },
      owner: { id: 1 },
      users: { table: 'users' },
    }
    const { openTemplates } =
      await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
    const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
    const project = { name: 'given-redis', folder, config: parseConfig(input) }
    const templates = await openTemplates(project)
    const { signal } = new AbortController()
    const answers: unknown[] = []
    let refused: string[] = []
    try {
      for (let n = 0; n < 2; n++) {
        const session = await openSession({ project, templates, phase: 1, signal, traffic: async () => [] })
        const target = await session.app({ bare: true })
        const again = await session.app({ bare: true, instance: 'second' })
        for (const one of [target, again]) answers.push((await one.ask('GET', '/')).json)
        refused = session.fence.refused()
        await session.close()
      }
    } finally {
      await templates.stop()
    }
    return { answers, refused }
  }

  test('is shared by the processes of a check and empty in the next', async () => {
    const { answers, refused } = await inTwoChecks('process.env.CACHE', { CACHE: '$REDIS_URL' })
    expect(answers).toEqual([0, 1, 0, 1])
    expect(refused).toEqual([])
    expect(await kept()).toEqual(['kept'])
  }, 60_000)

  test('is the only one: the owner’s is refused with its place, and with the line that gives it one', async () => {
    const { answers, refused } = await inTwoChecks(`{ host: '127.0.0.1', port: ${port} }`, {})
    expect(answers).toEqual(['refused', 'refused', 'refused', 'refused'])
    expect(refused).toEqual([
      `the app reached for the Redis at 127.0.0.1:${port} (server.mjs:3) and was refused: let the app read its address from a variable, and write in app.env: REDIS_URL: '$REDIS_URL'`,
    ])
    expect(await kept()).toEqual(['kept'])
  }, 60_000)

  test('is the only one: a variable that leads to the owner’s is named', async () => {
    writeFileSync(join(folder, '.env'), `CACHE_URL=${owners.url}\n`)
    const { refused } = await inTwoChecks(JSON.stringify(owners.url), {})
    expect(refused).toEqual([
      expect.stringMatching(
        /, from CACHE_URL, and was refused: write in app\.env: CACHE_URL: '\$REDIS_URL'$/,
      ),
    ])
    expect(await kept()).toEqual(['kept'])
  }, 60_000)
})
