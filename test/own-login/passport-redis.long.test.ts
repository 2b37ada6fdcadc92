// Links by passport-local with sessions in Redis instead of memory: `init --yes` and the gates.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gated, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { skipWithoutRedis } from '../support/redis.js'
import { layApp } from './lay-app.mjs'

describe.skipIf(skipWithoutRedis('passport over Redis'))('passport over Redis', () => {
  let app: { folder: string; remove(): void }

  beforeAll(async () => {
    await build()
    app = layApp('passport-app')
    const change = (from: string, to: string) => plant(app.folder, { file: 'server.js', from, to })
    change(
      "const passport = require('passport')\n",
      `const passport = require('passport')
const { RedisStore } = require('connect-redis')
const { createClient } = require('redis')
`,
    )
    change(
      'const app = express()\n',
      `const redis = createClient({ url: process.env.REDIS_URL })
redis.on('error', (error) => console.error(\`redis: \${error.message}\`))
const app = express()
`,
    )
    change('  session({\n', '  session({\n    store: new RedisStore({ client: redis }),\n')
    change(
      'app.listen(process.env.PORT || 3000)',
      'redis.connect().then(() => app.listen(process.env.PORT || 3000))',
    )
  }, 600_000)
  afterAll(() => app?.remove())

  test('init --yes keeps the login, and gives the app the Redis of a gate', async () => {
    const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code, stderr).toBe(0)
    const config = readFileSync(join(app.folder, 'usertwo.config.cjs'), 'utf8')
    expect(config).toContain("REDIS_URL: '$REDIS_URL'")
    expect(config).toContain('user: (req) => req.user?.id ?? null')
    expect(stdout).toMatch(/kept in connect-redis/)
  }, 180_000)

  test('the gates are GO of all phases without another edit', async () => {
    const { go, red } = await gated(app.folder)
    expect(red).toEqual([])
    expect(go).toBe(true)
  }, 900_000)
})
