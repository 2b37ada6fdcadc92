import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { builtUrl } from '../../test/support/built.js'
import { skipWithoutRedis } from '../../test/support/redis.js'
import { redisProgram } from './redis-program.js'
import { startThrowAwayRedis, usesRedis } from './throw-away-redis.js'

const temporary = mkdtempSync(join(tmpdir(), 'usertwo-redis-tmp-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

async function isGone(url: string): Promise<boolean> {
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(50))
    if (!(await answers(url)) && readdirSync(temporary).length === 0) return true
  return false
}

describe('the redis-server that gates start', () => {
  test('is on the PATH', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usertwo-programs-'))
    mkdirSync(join(folder, 'other'))
    const program = join(folder, 'redis-server')
    writeFileSync(program, '', { mode: 0o755 })
    expect(redisProgram({ PATH: `${join(folder, 'other')}:${folder}` })).toBe(program)
    expect(redisProgram({ PATH: '', USERTWO_REDIS: program })).toBe(program)
    writeFileSync(join(folder, 'text'), '', { mode: 0o644 })
    expect(() => redisProgram({ PATH: folder, USERTWO_REDIS: join(folder, 'text') })).toThrow(
      /^USERTWO_REDIS is .*text, which is not a program\. Install it .*apt-get install redis-server/,
    )
    rmSync(folder, { recursive: true })
    expect(() => redisProgram({ PATH: folder })).toThrow(/^No redis-server is on the PATH.*USERTWO_REDIS/)
  })

  test('is started where a value of app.env names it', () => {
    const uses = (env: Record<string, string>) => usesRedis({ app: { start: ['node'], env, health: '/' } })
    expect(uses({ SESSIONS: '$REDIS_URL/1' })).toBe(true)
    expect(uses({ CACHE: '$REDIS_PORT' })).toBe(true)
    expect(uses({ DB: '$DATABASE_URL' })).toBe(false)
  })
})

describe.skipIf(skipWithoutRedis('a throw-away Redis'))('a throw-away Redis', () => {
  beforeAll(() => {
    // Root runs the server as another account.
    chmodSync(temporary, 0o755)
    vi.stubEnv('TMPDIR', temporary)
    return () => vi.unstubAllEnvs()
  })

  test('is empty, keeps nothing on disk, listens on loopback only, and is gone after stop', async () => {
    const [one, two] = await Promise.all([startThrowAwayRedis(), startThrowAwayRedis()])
    expect(one.url).not.toBe(two.url)
    const [first, second] = [new Redis(one.url), new Redis(two.url)]
    await first.set('key', 'value')
    expect(await second.dbsize()).toBe(0)
    expect(await first.config('GET', 'save')).toEqual(['save', ''])
    expect(await first.config('GET', 'appendonly')).toEqual(['appendonly', 'no'])
    expect(await first.config('GET', 'bind')).toEqual(['bind', '127.0.0.1'])
    for (const client of [first, second]) client.disconnect()
    await Promise.all([one.stop(), two.stop()])
    expect(await isGone(one.url)).toBe(true)
  })

  test('says why it did not start', async () => {
    const program = join(temporary, 'broken')
    writeFileSync(program, '#!/bin/sh\necho it is broken\nexit 3\n', { mode: 0o755 })
    vi.stubEnv('USERTWO_REDIS', program)
    await expect(startThrowAwayRedis()).rejects.toThrow(/did not start on port \d+: it is broken/)
    vi.stubEnv('USERTWO_REDIS', '')
    rmSync(program)
  })

  for (const [what, signal] of [
    ['kill -9', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
  ] as const)
    test(`ends with the process that uses it, after ${what}`, async () => {
      const module = await builtUrl('proof/redis/throw-away-redis.js')
      const script = `
        import { startThrowAwayRedis } from ${JSON.stringify(module)}
        console.log((await startThrowAwayRedis()).url)
        setInterval(() => {}, 1000)`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      const [line] = await once(child.stdout, 'data')
      const url = String(line).trim()
      expect(await answers(url)).toBe(true)
      // To the whole process group, as a terminal does.
      process.kill(-child.pid!, signal)
      expect(await ended).toEqual([null, signal])
      expect(await isGone(url)).toBe(true)
    })

  test('does not hold up the end of the process', async () => {
    const module = await builtUrl('proof/redis/throw-away-redis.js')
    const script = `
      import { startThrowAwayRedis } from ${JSON.stringify(module)}
      console.log((await startThrowAwayRedis()).url)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    const [line] = await once(child.stdout, 'data')
    expect(await ended).toEqual([0, null])
    expect(await isGone(String(line).trim())).toBe(true)
  })
})
