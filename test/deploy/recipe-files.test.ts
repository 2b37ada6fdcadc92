// What `usertwo deploy init` writes, read by what reads it elsewhere.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { appFacts } from '../../cli/deploy/app-facts.js'
import { compared, PLATFORMS, recipe } from '../../cli/deploy/recipes.js'
import { writeFiles } from '../../cli/init/files/planned.js'
import { parseConfig } from '../../src/config/config.js'
import { skipWithoutPrometheus } from '../support/prometheus.js'
import { composeOf, dockerfileOf, interpolated } from './read-recipes.js'

/** Checks a file as Prometheus reads it. @throws with what is wrong */
const promtool = (...args: string[]) =>
  execFileSync('promtool', ['check', ...args], { cwd: folder, stdio: 'pipe' }).toString()

const MIGRATE = 'node_modules/.bin/usertwo migrate up --dial --allow-remote'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-recipes-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Given {
  start?: string[]
  migrate?: string[]
  health?: string
  manifest?: object
  files?: Record<string, string>
}

function facts({
  start = ['node', 'server.hardened.js'],
  migrate,
  health,
  manifest = {},
  files = {},
}: Given = {}) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const app = { start, ...(migrate && { migrate }), ...(health && { health }) }
  return appFacts(folder, 'Comic Pile', parseConfig({ app, owner: { id: 1 }, users: { table: 'users' } }))
}
const written = (platform: (typeof PLATFORMS)[number], given?: Given) => {
  writeFiles(folder, recipe(platform, facts(given)))
  return (name: string) => readFileSync(join(folder, name), 'utf8')
}

test.each([
  [
    ['usertwo', 'run', '--', 'npx', 'tsx', 'server.ts'],
    'node_modules/.bin/usertwo run -- node_modules/.bin/tsx server.ts',
  ],
  [['npx', 'usertwo', 'run', '--', 'node', 'a.js'], 'node_modules/.bin/usertwo run -- node a.js'],
  [['sh', '-c', "cd server && exec node 'a b.js'"], `sh -c 'cd server && exec node '\\''a b.js'\\'''`],
])('a start is written as it is found without a PATH to packages, each word as one: %j', (start, line) => {
  expect(JSON.parse(written('railway', { start })('railway.json')).deploy.startCommand).toBe(line)
  const { services } = parseYaml(written('render', { start })('render.yaml'))
  expect(services[0].dockerCommand).toBe(line)
  expect(
    execFileSync('sh', ['-c', `printf '%s\\n' ${line}`])
      .toString()
      .trim()
      .split('\n'),
  ).toHaveLength(start.filter((word) => word !== 'npx').length)
})

test('railway migrates before a deploy, asks the health path, and waits for requests in flight', () => {
  const { build, deploy } = JSON.parse(written('railway', { health: '/up' })('railway.json'))
  expect(build).toEqual({ builder: 'DOCKERFILE', dockerfilePath: 'Dockerfile' })
  expect(deploy).toMatchObject({
    preDeployCommand: [MIGRATE],
    startCommand: 'node server.hardened.js',
    healthcheckPath: '/up',
    restartPolicyType: 'ON_FAILURE',
    drainingSeconds: 30,
  })
})

test('fly migrates in a machine of its own, and kills after the process has ended', () => {
  const toml = parseToml(written('fly', { health: '/up' })('fly.toml'))
  expect(toml).toMatchObject({
    app: 'comic-pile',
    kill_signal: 'SIGTERM',
    kill_timeout: 30,
    deploy: { release_command: MIGRATE },
    env: { PORT: '3000', TRUST_PROXY: '1' },
    http_service: { internal_port: 3000, checks: [{ path: '/up' }] },
  })
})

test('render migrates before a deploy, and leaves secrets out of the file', () => {
  const { services } = parseYaml(written('render', { health: '/up' })('render.yaml'))
  expect(services[0]).toMatchObject({
    runtime: 'docker',
    preDeployCommand: MIGRATE,
    dockerCommand: 'node server.hardened.js',
    healthCheckPath: '/up',
    maxShutdownDelaySeconds: 30,
  })
  const secrets = services[0].envVars.filter(({ key }: { key: string }) =>
    /DATABASE_URL|JWT_SECRET/.test(key),
  )
  expect(secrets).toEqual([
    { key: 'DATABASE_URL', sync: false },
    { key: 'JWT_SECRET', generateValue: true },
  ])
})

const REDIS = { dependencies: { ioredis: '6', 'rate-limit-redis': '6' } }

test('compose starts the app after its database, its migrations and Redis', () => {
  const compose = written('docker', { migrate: ['npx', 'knex', 'migrate:latest'], manifest: REDIS })
  const { services } = composeOf(compose('compose.yaml'))
  expect(services.app!.depends_on).toEqual({
    migrate: { condition: 'service_completed_successfully' },
    redis: { condition: 'service_healthy' },
  })
  expect(services.app!.environment).toMatchObject({ REDIS_URL: 'redis://redis:6379' })
  expect(services.migrate!.command!.slice(0, 5)).toEqual(MIGRATE.split(' '))
  expect(services.tables!.command).toEqual(['node_modules/.bin/knex', 'migrate:latest'])
  expect(Object.keys(services).sort()).toEqual(
    'app grafana migrate pgbouncer postgres prometheus redis tables'.split(' '),
  )
  expect(startedBy(services)).toEqual(['app', 'migrate', 'postgres', 'redis'])
})

test('compose names no Redis to an app without the packages for it, which would not start with one', () => {
  const { services } = composeOf(written('docker')('compose.yaml'))
  expect(services.app!.environment).not.toHaveProperty('REDIS_URL')
  expect(services.app!.depends_on).not.toHaveProperty('redis')
  expect(startedBy(services)).toEqual(['app', 'migrate', 'postgres'])
})

test('compose has Prometheus and Grafana as a profile, which read what is written beside it', () => {
  const read = written('docker')
  const { services, secrets } = composeOf(read('compose.yaml'))
  const { prometheus, grafana, app } = services
  expect([prometheus!.profiles, grafana!.profiles]).toEqual([['metrics'], ['metrics']])
  const counts = (env: Record<string, string>) =>
    [app!.environment!.METRICS!, app!.environment!.METRICS_TOKEN!].map((text) => interpolated(text, env))
  expect(counts({})).toEqual(['false', ''])
  expect(counts({ METRICS: 'true', METRICS_TOKEN: 'x' })).toEqual(['true', 'x'])
  expect(secrets).toEqual({
    metrics_token: { environment: 'METRICS_TOKEN' },
    grafana_password: { environment: 'GRAFANA_PASSWORD' },
  })
  expect([prometheus!.secrets, grafana!.secrets]).toEqual([['metrics_token'], ['grafana_password']])
  const mounted = [prometheus, grafana].flatMap((service) =>
    service!.volumes!.filter((one) => one.startsWith('./')).map((one) => one.split(':')[0]!),
  )
  expect(mounted).toEqual(['./usertwo/deploy/prometheus', './usertwo/deploy/grafana'])
  const scraped = parseYaml(read('usertwo/deploy/prometheus/prometheus.yml'))
  expect(scraped.scrape_configs).toMatchObject([
    {
      job_name: 'comic-pile',
      authorization: { credentials_file: '/run/secrets/metrics_token' },
      static_configs: [{ targets: ['app:3000'] }],
    },
  ])
  const { datasources } = parseYaml(read('usertwo/deploy/grafana/datasources/prometheus.yml'))
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }])
  const { providers } = parseYaml(read('usertwo/deploy/grafana/dashboards/usertwo.yml'))
  expect(providers[0].options.path).toBe('/etc/grafana/provisioning/dashboards')
  expect(JSON.parse(read('usertwo/deploy/grafana/dashboards/usertwo.json')).uid).toBe('usertwo')
})

test.skipIf(skipWithoutPrometheus('its configuration in a recipe'))('Prometheus takes what it reads', () => {
  const path = 'usertwo/deploy/prometheus/prometheus.yml'
  const read = written('docker')
  expect(promtool('config', '--syntax-only', path)).toContain('is valid prometheus config')
  expect(promtool('rules', 'usertwo/deploy/prometheus/alerts.yml')).toMatch(/SUCCESS: \d+ rules found/)
  writeFileSync(join(folder, path), read(path).replace('scrape_configs', 'scrapes'))
  expect(() => promtool('config', '--syntax-only', path)).toThrow('scrapes')
})

/** What a plain `docker compose up` starts. */
const startedBy = (services: ReturnType<typeof composeOf>['services']) =>
  Object.entries(services)
    .flatMap(([name, { profiles }]) => (profiles ? [] : [name]))
    .sort()

describe('the image', () => {
  const image = (given?: Given) => dockerfileOf(written('docker', given)('Dockerfile'))

  test('has two stages, a user without rights, and a health check of the app itself', () => {
    const { stages, instructions, cmd, healthcheck } = image({ health: '/up' })
    expect(stages).toHaveLength(2)
    const last = instructions.filter(({ stage }) => stage === 1)
    expect(last.map(({ name }) => name)).toEqual(
      'FROM WORKDIR ENV COPY USER EXPOSE STOPSIGNAL HEALTHCHECK CMD'.split(' '),
    )
    expect(last.find(({ name }) => name === 'USER')!.rest).toBe('node')
    expect(cmd).toEqual(['node', 'server.hardened.js'])
    expect(healthcheck.join(' ')).toContain('/up')
  })

  test.each([
    [{}, ['npm install', 'npm prune --omit=dev']],
    [{ 'package-lock.json': '{}' }, ['npm ci', 'npm prune --omit=dev']],
    [{ 'pnpm-lock.yaml': '' }, ['corepack enable && pnpm install --frozen-lockfile', 'pnpm prune --prod']],
  ])('installs as %j says', (files, runs) => {
    const { instructions } = image({ files })
    expect(instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest)).toEqual(runs)
  })

  test('builds what has a build, and keeps the packages that start it', () => {
    const manifest = { scripts: { build: 'vite build' }, devDependencies: { tsx: '4' } }
    const { instructions, cmd } = image({ start: ['npx', 'tsx', 'server.ts'], manifest })
    const runs = instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest)
    expect(runs).toEqual(['npm install', 'npm run build'])
    expect(cmd).toEqual(['node_modules/.bin/tsx', 'server.ts'])
  })

  test.each([
    [{ '.nvmrc': 'v24.1.0\n' }, {}, 'node:24-slim'],
    [{}, { engines: { node: '>=20.19' } }, 'node:20-slim'],
    [{}, { engines: { node: '>=14' } }, 'node:22-slim'],
    [{}, {}, 'node:22-slim'],
  ])('is of the Node that %j and %j name', (files, manifest, from) => {
    expect(image({ files, manifest }).stages).toEqual([`${from} AS build`, from])
  })
})

test.each(PLATFORMS)(
  'for %s nothing that is there is overwritten, and a second run finds all the same',
  (platform) => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n')
    mkdirSync(join(folder, 'usertwo'))
    const files = () => compared(folder, recipe(platform, facts()))
    expect(files().find(({ file }) => file === 'Dockerfile')!.state).toBe('other')
    const missing = files().filter(({ state }) => state === 'missing')
    expect(missing.length).toBeGreaterThan(1)
    writeFiles(folder, missing)
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n')
    expect(files().filter(({ state }) => state !== 'same')).toMatchObject([
      { file: 'Dockerfile', state: 'other' },
    ])
    expect(missing.every(({ file }) => existsSync(join(folder, file)))).toBe(true)
  },
)
