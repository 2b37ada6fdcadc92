import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { readEnvironment } from '../reading/environment.js'
import { type AppRedis, appRedis } from './app-redis.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-app-redis-'))
const PROGRAM = join(folder, 'redis-server')
const bare = mkdtempSync(join(tmpdir(), 'usertwo-app-redis-'))
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
async function read(text: string, first?: Record<string, string>, place = folder): Promise<AppRedis | null> {
  writeFileSync(join(place, 'app.js'), text)
  const config = parseConfig({
    app: { start: ['node', 'app.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const sources = (await readSources(place, config)).server
  return appRedis(place, sources, readEnvironment(place, sources).at.keys(), { first, prefix: 'PLANTS_' })
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
  expect(await read(HEAD + text)).toEqual({ env, missing: null, queue: null })
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
  expect(await read(text, { SESSIONS: '$REDIS_URL' })).toEqual({ env: {}, missing: null, queue: null })
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

const CACHE = `const session = require('express-session')
const { createClient } = require('redis')
app.use(session({}))
`

test('a Redis without sessions is given too, by the variable that the app reads', async () => {
  const env = { CACHE_URL: '$REDIS_URL' }
  const text = `${CACHE}const cache = createClient({ url: process.env.CACHE_URL })`
  expect(await read(text)).toEqual({ env, missing: null, queue: null })
})

test('an app with neither sessions nor queues in it may do without in gates', async () => {
  expect(await read(`${CACHE}const cache = createClient()`)).toBeNull()
  expect(await read('const app = express()')).toBeNull()
})

const QUEUE = `const { Queue, Worker, QueueEvents } = require('bullmq')
const Bull = require('bull')
const Redis = require('ioredis')
`

test.each([
  [
    "const connection = new Redis(process.env.QUEUE_AT, { maxRetriesPerRequest: null })\nnew Queue('mail', { connection })",
    { QUEUE_AT: '$REDIS_URL' },
  ],
  [
    "const connection = { host: process.env.QUEUE_HOST, port: Number(process.env.QUEUE_PORT) }\nnew Queue('mail', { connection })\nnew Worker('mail', work, { connection, concurrency: 4 })",
    { QUEUE_HOST: '$REDIS_HOST', QUEUE_PORT: '$REDIS_PORT' },
  ],
  ["new QueueEvents('mail', { connection: { url: process.env.QUEUE_AT } })", { QUEUE_AT: '$REDIS_URL' }],
  ["new Bull('mail', process.env.QUEUE_AT)", { QUEUE_AT: '$REDIS_URL' }],
  [
    "new Bull('mail', { redis: { host: process.env.QUEUE_HOST, port: process.env.QUEUE_PORT } })",
    { QUEUE_HOST: '$REDIS_HOST', QUEUE_PORT: '$REDIS_PORT' },
  ],
])('%s: the variables by which a queue reads its address', async (text, env) => {
  expect(await read(QUEUE + text)).toEqual({
    env,
    missing: null,
    queue: expect.stringMatching(/^app\.js:[45]$/),
  })
})

test.each(["new Queue('mail')", "new Queue('mail', { connection: { host: 'cache' } })", "new Bull('mail')"])(
  '%s: the address of a queue in the source is named',
  async (text) => {
    const { missing } = (await read(QUEUE + text))!
    expect(missing).toMatch(/^whose address is written in the source \(app\.js:4\): .*connection: \{ url:/)
  },
)

test('a queue whose connection is made in another file is found by the variable of that', async () => {
  const text = `${QUEUE}const { connection } = require('./redis.js')\nnew Queue('mail', { connection })\nprocess.env.REDIS_URL`
  expect(await read(text)).toEqual({ env: { REDIS_URL: '$REDIS_URL' }, missing: null, queue: 'app.js:5' })
})

const OFF = `${QUEUE}const enabled = process.env.QUEUES === 'on'
let later = false
`

test.each([
  "if (process.env.REDIS_HOST) new Queue('mail', { connection: { host: process.env.REDIS_HOST } })",
  "const queue = process.env.REDIS_URL ? new Bull('mail', process.env.REDIS_URL) : null",
  "const queue = enabled && new Queue('mail')",
  "function connect() {\n  if (!enabled) return null\n  return new Queue('mail')\n}",
  "if ((process.env.CACHE || '').toLowerCase() !== 'redis') memory()\nelse new Redis()",
  'const { CACHE_AT } = process.env\nif (CACHE_AT !== undefined) new Redis(CACHE_AT)',
])('%s: a Redis that is off by default is not needed', async (text) => {
  rmSync(PROGRAM)
  expect(await read(OFF + text)).toEqual({
    env: {},
    missing: null,
    queue: null,
    off: expect.stringMatching(/^app\.js:\d+$/),
  })
})

test.each([
  "if (process.env.NODE_ENV !== 'test') new Queue('mail', { connection: { url: process.env.QUEUE_AT } })",
  "const { REDIS = 'redis://cache' } = process.env\nif (REDIS) new Bull('mail', REDIS)",
  "later = true\nif (later) new Queue('mail', { connection: { url: process.env.QUEUE_AT } })",
  "if (options.queue) new Queue('mail', { connection: { url: process.env.QUEUE_AT } })",
  "enabled && new Queue('mail')\nnew Queue('other', { connection: { url: process.env.QUEUE_AT } })",
])('%s: a Redis that may be on is needed', async (text) => {
  rmSync(PROGRAM)
  expect((await read(OFF + text))!.missing).toMatch(/^(?:and gates start|whose address)/)
})

test('a Redis that is off by default is needed if the app’s .env or the configuration switches it on', async () => {
  const text = `${OFF}const queue = enabled && new Queue('mail', { connection: { url: process.env.QUEUE_AT } })`
  const env = { QUEUE_AT: '$REDIS_URL' }
  rmSync(PROGRAM)
  expect((await read(text, { QUEUES: 'on' }))!.missing).toMatch(/gates start one of their own/)
  writeFileSync(join(folder, '.env'), 'QUEUES=on\n')
  expect(await read(text)).toMatchObject({ env, missing: expect.stringMatching(/gates start/) })
  rmSync(join(folder, '.env'))
})
