import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { readEnvironment } from '../reading/environment.js'
import { type SessionRedis, sessionRedis } from './session-redis.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-session-redis-'))
const PROGRAM = join(folder, 'redis-server')
const bare = mkdtempSync(join(tmpdir(), 'usertwo-session-redis-'))
afterAll(() => {
  vi.unstubAllEnvs()
  for (const one of [folder, bare]) rmSync(one, { recursive: true, force: true })
})
beforeEach(() => {
  writeFileSync(PROGRAM, '', { mode: 0o755 })
  vi.stubEnv('USERTWO_REDIS', PROGRAM)
  for (const name of ['ioredis', 'rate-limit-redis']) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'index.js'), '')
  }
})

const HEAD = `const session = require('express-session')
const { RedisStore } = require('connect-redis')
const { createClient } = require('redis')
const Redis = require('ioredis')
app.use(session({ store: new RedisStore({ client }) }))
`

/** @param place the folder of the app, without the packages for rate limits if it is another one */
async function read(
  text: string,
  first?: Record<string, string>,
  place = folder,
): Promise<SessionRedis | null> {
  writeFileSync(join(place, 'app.js'), text)
  const config = parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const sources = (await readSources(place, config)).server
  return sessionRedis(place, sources, readEnvironment(place, sources).at.keys(), { first, prefix: 'PLANTS_' })
}

test.each([
  ['createClient({ url: process.env.REDIS_URL })', { REDIS_URL: '$REDIS_URL' }],
  ["createClient({ url: process.env.CACHE || 'redis://localhost:6379' })", { CACHE: '$REDIS_URL' }],
  ['const { STORE_AT } = process.env\ncreateClient({ url: STORE_AT })', { STORE_AT: '$REDIS_URL' }],
  [
    'createClient({ socket: { host: process.env.STORE_HOST, port: process.env.STORE_PORT }, password: process.env.REDIS_PASSWORD })',
    { STORE_HOST: '$REDIS_HOST', STORE_PORT: '$REDIS_PORT', REDIS_PASSWORD: '' },
  ],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an app writes
    'createClient({ url: `redis://${process.env.REDIS_HOST}:${process.env.REDIS_PORT}` })',
    { REDIS_HOST: '$REDIS_HOST', REDIS_PORT: '$REDIS_PORT' },
  ],
  ['new Redis(process.env.SESSIONS)', { SESSIONS: '$REDIS_URL' }],
  [
    'new Redis(Number(process.env.REDISPORT), process.env.REDISHOST)',
    { REDISPORT: '$REDIS_PORT', REDISHOST: '$REDIS_HOST' },
  ],
  ["new Redis({ host: 'localhost', port: process.env.REDIS_PORT })", { REDIS_PORT: '$REDIS_PORT' }],
  [
    "const config = { redis: process.env.SESSION_STORE ?? 'redis://localhost' }\ncreateClient({ url: config.redis })",
    { SESSION_STORE: '$REDIS_URL' },
  ],
  ['makeClient()\nconst at = process.env.REDIS_TLS_URL', { REDIS_TLS_URL: '$REDIS_URL' }],
])('%s: the variables by which the app reads its address', async (text, env) => {
  expect(await read(HEAD + text)).toEqual({ env, missing: null })
})

test.each([
  'createClient()',
  'createClient({ password: process.env.REDIS_PASSWORD })',
  "createClient({ url: 'redis://cache:6379' })",
  "const url = 'redis://cache:6379'\ncreateClient({ url })",
  'createClient({ socket: { host: process.env.REDIS_HOST, port: 6379 } })',
  'new Redis()',
  'new Redis(6379, process.env.REDIS_HOST)',
  "new Redis({ host: 'cache', port: process.env.REDIS_PORT })",
  'new Redis({ host: process.env.REDIS_HOST })',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an app writes
  'new Redis(`redis://${process.env.REDIS_HOST}:6379`)',
  "makeClient('redis://cache:6379')",
])('%s: an address in the source is named', async (text) => {
  const { missing } = (await read(`${HEAD}\n${text}`))!
  expect(missing).toMatch(/^whose address is written in the source \(app\.js:[78]\): let it read one from/)
})

test('an address that is not found is refused, unless the user has written its variable', async () => {
  const text = `${HEAD}makeClient(settings.sessions)`
  expect((await read(text))!.missing).toMatch(/^and no variable was found from which it reads its address/)
  expect(await read(text, { SESSIONS: '$REDIS_URL' })).toEqual({ env: {}, missing: null })
})

test('on a machine without redis-server the refusal says how to have one', async () => {
  rmSync(PROGRAM)
  const { missing } = (await read(`${HEAD}createClient({ url: process.env.REDIS_URL })`))!
  expect(missing).toMatch(/gates start one of their own, never yours\. USERTWO_REDIS is .*apt-get install/)
})

test('REDIS_URL needs the packages by which usertwo reads it too', async () => {
  const readBare = async (name: string) =>
    (await read(`${HEAD}createClient({ url: process.env.${name} })`, {}, bare))!.missing
  expect(await readBare('REDIS_URL')).toMatch(
    /^and usertwo reads REDIS_URL too.*: npm install ioredis rate-limit-redis, or let the app read another/,
  )
  expect(await readBare('PLANTS_REDIS_URL')).toMatch(/^and usertwo reads PLANTS_REDIS_URL too/)
  expect(await readBare('SESSIONS')).toBeNull()
})

test('sessions elsewhere need no Redis', async () => {
  const text = `const session = require('express-session')\nconst { createClient } = require('redis')
app.use(session({}))\nconst cache = createClient()`
  expect(await read(text)).toBeNull()
})
