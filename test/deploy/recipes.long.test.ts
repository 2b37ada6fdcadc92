// The commands of the written recipes, as a platform runs them: a database that comes up 20 s late, SIGTERM under load,
// and replicas that are replaced one after the other while the dial is raised.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parse as parseToml } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { type Balancer, balancer } from '../../lab/rehearsal/balancer.js'
import { type Embedded, startEmbedded } from '../../proof/postgres/embedded.js'
import { freePort } from '../../proof/postgres/free-port.js'
import { layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { COMIC_PILE } from '../support/comic-pile.js'
import { composeOf, dockerfileOf, interpolated } from './read-recipes.js'

const LATE_MS = 20_000
const ORIGIN = 'https://pile.example.com'
const OWNER = { email: 'owner@pile.example.com', password: 'a long one for the only reader' }
const SECRETS = {
  APP_PASSWORD: 'k3Vw9qTz7LmX2bRf8HsY',
  JWT_SECRET: 'c4NdJp6GuEa1k3Vw9qTz7LmX2bRf8HsY',
  USERTWO_CLAIM_CODE: 'F9KQ-22MX-PP',
}
const hasPsql = spawnSync('psql', ['--version']).status === 0

let app: ReturnType<typeof layFolder>
let place: string
let server: Embedded
let passwords: Record<string, string>
const running = new Set<ChildProcess>()

const read = (file: string) => readFileSync(join(app.folder, file), 'utf8')
const railway = () => JSON.parse(read('railway.json')).deploy as Record<string, string>
const compose = () => composeOf(read('compose.yaml')).services
const dockerfile = () => dockerfileOf(read('Dockerfile'))
const url = () => `postgres://app:${SECRETS.APP_PASSWORD}@127.0.0.1:${server.port}/app`
/** What compose would say, with the server where it is here. */
const here = (text: string) =>
  interpolated(text, { ...SECRETS, ...passwords }).replace(
    'postgres:5432/app',
    `127.0.0.1:${server.port}/app`,
  )

const environment = (dial: number, more: Record<string, string> = {}) => ({
  PATH: process.env.PATH!,
  HOME: place,
  ...dockerfile().env,
  HOST: '127.0.0.1',
  ENVIRONMENT: 'production',
  USERTWO_PHASE: String(dial),
  DATABASE_URL: url(),
  JWT_SECRET: SECRETS.JWT_SECRET,
  USERTWO_CLAIM_CODE: SECRETS.USERTWO_CLAIM_CODE,
  CORS_ORIGINS: ORIGIN,
  TRUST_PROXY: '1',
  AUTO_BACKUP_ENABLED: 'false',
  USERTWO_STOP_DELAY: '3',
  ...more,
})

/** As a platform runs a command of its file: by its words. */
function run(command: string | readonly string[], env: Record<string, string>) {
  const [program, ...args] = typeof command === 'string' ? command.split(' ') : command
  const child = spawn(program!, args, { cwd: app.folder, env })
  running.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  return { child, ended, said: () => said }
}

async function serve(dial: number, command: string | readonly string[] = railway().startCommand!) {
  const port = await freePort()
  const replica = run(command, environment(dial, { PORT: String(port) }))
  const at = `http://127.0.0.1:${port}`
  const answers = (path: string) =>
    fetch(`${at}${path}`).then(
      ({ status }) => status,
      () => 0,
    )
  const up = async (path = railway().healthcheckPath!) => {
    const until = performance.now() + 60_000
    while ((await answers(path)) !== 200) {
      if (replica.child.exitCode !== null || performance.now() > until) throw new Error(replica.said())
      await sleep(100)
    }
  }
  return { ...replica, port, at, answers, up }
}

async function psql(script: string) {
  const env = { PATH: process.env.PATH!, ...passwords, ...SECRETS, POSTGRES_DB: 'app', ...connection() }
  const { ended, said } = run(['sh', script], env)
  expect(await ended, said()).toBe(0)
}
const connection = () => ({
  PGHOST: '127.0.0.1',
  PGPORT: String(server.port),
  PGPASSWORD: new URL(server.url).password,
})

beforeAll(async () => {
  await build()
  app = layFolder(pathToFileURL(COMIC_PILE), [
    join(COMIC_PILE, 'node_modules'),
    join(COMIC_PILE, '../../node_modules'),
  ])
  // All of the load comes from one address, which the app itself limits.
  plant(app.folder, { file: 'server/rate-limits.js', from: '    limit,', to: '    limit: 100_000,' })
  for (const platform of ['railway', 'docker', 'fly', 'render']) {
    const { code, stdout, stderr } = await usertwo(app.folder, 'deploy', 'init', platform)
    expect(code, stdout + stderr).toBe(0)
  }
  place = mkdtempSync(join(tmpdir(), 'usertwo-late-'))
  server = await startEmbedded({ dataDir: join(place, 'postgres'), port: await freePort(), persistent: true })
  passwords = { POSTGRES_PASSWORD: new URL(server.url).password }
}, 180_000)
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await server?.stop()
  app?.remove()
  rmSync(place, { recursive: true, force: true, maxRetries: 3 })
})

describe.skipIf(!hasPsql)('the recipes', () => {
  test('the database of compose: a plain login that owns it, the app’s tables, and the migrations of the dial', async () => {
    const admin = { PATH: process.env.PATH!, ...connection() }
    const made = run(['psql', '-U', 'postgres', '-c', 'create database app'], admin)
    expect(await made.ended, made.said()).toBe(0)
    await psql('usertwo/deploy/database.sh')
    const { tables, migrate } = compose()
    const asService = (service: typeof tables, dial: number) =>
      run(
        service!.command!.map(here),
        environment(dial, { DATABASE_URL: here(service!.environment!.DATABASE_URL!) }),
      )
    const own = asService(tables, 0)
    expect(await own.ended, own.said()).toBe(0)
    const brought = asService(migrate, 5)
    expect([await brought.ended, brought.said()]).toEqual([0, expect.stringContaining('at phase 5')])
    // Again, as each `docker compose up` does.
    const again = asService(migrate, 5)
    expect([await again.ended, again.said()]).toEqual([
      0,
      expect.stringContaining('nothing to do: at phase 5'),
    ])
  }, 120_000)

  test('each platform is given the same commands', () => {
    const fly = parseToml(read('fly.toml')) as { deploy: { release_command: string } }
    const { services } = parseYaml(read('render.yaml')) as { services: Record<string, string>[] }
    expect([fly.deploy.release_command, services[0]!.preDeployCommand]).toEqual(
      Array(2).fill(railway().preDeployCommand![0]),
    )
    expect([dockerfile().cmd.join(' '), services[0]!.dockerCommand]).toEqual(
      Array(2).fill(railway().startCommand),
    )
  })

  test('a database that is 20 s late: the migration and the start wait for it, and the health check turns green', async () => {
    const { port } = server
    await server.stop()
    const began = performance.now()
    const migration = run(railway().preDeployCommand![0]!, environment(5))
    const replica = await serve(5, dockerfile().cmd)
    await sleep(LATE_MS)
    expect([migration.child.exitCode, replica.child.exitCode, await replica.answers('/health')]).toEqual([
      null,
      null,
      0,
    ])
    server = await startEmbedded({ dataDir: join(place, 'postgres'), port, persistent: true })
    expect(await migration.ended, migration.said()).toBe(0)
    await replica.up()
    expect(await replica.answers('/ready')).toBe(200)
    expect(performance.now() - began).toBeGreaterThan(LATE_MS)
    const asked = run(dockerfile().healthcheck, environment(5, { PORT: String(replica.port) }))
    expect(await asked.ended, asked.said()).toBe(0)
    replica.child.kill('SIGTERM')
    expect(await replica.ended, replica.said()).toBe(0)
    const unanswered = run(dockerfile().healthcheck, environment(5, { PORT: String(replica.port) }))
    expect(await unanswered.ended).toBe(1)
  }, 120_000)

  test('three replicas are replaced under load while the dial is raised and lowered: no request of the owner fails', async () => {
    const balanced = await balancer()
    let replicas: Awaited<ReturnType<typeof serve>>[] = await Promise.all([serve(5), serve(5), serve(5)])
    for (const one of replicas) {
      await one.up()
      balanced.add(one.at)
    }
    const token = await claimed(balanced)
    const load = loadOf(balanced, token)
    await sleep(2_000)
    for (const dial of [6, 5]) {
      const migration = run(railway().preDeployCommand![0]!, environment(dial))
      // The role that requests run in is made by an administrator, once.
      const asAdmin = compose().migrate!.command!.map(here)
      const migrated = dial === 6 ? run(asAdmin, environment(dial)) : migration
      if (dial === 6) await migration.ended
      expect(await migrated.ended, migrated.said()).toBe(0)
      const next: typeof replicas = []
      for (const old of replicas) {
        const fresh = await serve(dial)
        await fresh.up()
        expect(await fresh.answers('/ready')).toBe(200)
        balanced.add(fresh.at)
        next.push(fresh)
        const told = performance.now()
        old.child.kill('SIGTERM')
        expect(await old.ended, old.said()).toBe(0)
        expect(performance.now() - told).toBeLessThan(10_000)
        balanced.remove(old.at)
      }
      replicas = next
    }
    const { failed, answered } = await load.stop()
    console.log(`${answered} requests while 6 replicas were replaced, ${failed.length} failed`)
    expect(failed.slice(0, 5)).toEqual([])
    expect(answered).toBeGreaterThan(500)
    for (const { child } of replicas) child.kill('SIGTERM')
    for (const { ended, said } of replicas) expect(await ended, said()).toBe(0)
    await balanced.stop()
  }, 600_000)
})

async function claimed({ at }: Balancer): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', origin: ORIGIN }
    const answer = await fetch(`${at}/api/auth${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    expect([200, 201, 202], await answer.clone().text()).toContain(answer.status)
    return (await answer.json()) as { access_token: string }
  }
  await post('/register', { ...OWNER, claim_code: SECRETS.USERTWO_CLAIM_CODE })
  return (await post('/login', OWNER)).access_token
}

/** Reads and writes as the owner, six at a time, until it is stopped. */
function loadOf({ at }: Balancer, token: string) {
  let going = true
  let answered = 0
  const failed: string[] = []
  async function ask(n: number) {
    const isWrite = n % 5 === 0
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: ORIGIN }
    const body = JSON.stringify({ title: `Book ${n}`, format: 'Comic', issues_remaining: 9 })
    const sent = { headers, ...(isWrite && { method: 'POST', body }) }
    try {
      const answer = await fetch(`${at}/api/threads/`, sent)
      const text = await answer.text()
      if (answer.ok) answered++
      else failed.push(`${isWrite ? 'POST' : 'GET'} ${answer.status} ${text.slice(0, 200)}`)
    } catch (error) {
      failed.push(String((error as Error).cause ?? error))
    }
  }
  let n = 0
  const workers = Array.from({ length: 6 }, async () => {
    while (going) {
      await ask(n++)
      await sleep(20)
    }
  })
  return {
    async stop() {
      going = false
      await Promise.all(workers)
      return { failed, answered }
    },
  }
}
