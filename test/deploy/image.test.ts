// The image of a recipe: built and started where a Docker daemon answers, and held to the rules of images everywhere.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appFacts } from '../../cli/deploy/app-facts.js'
import { recipe } from '../../cli/deploy/recipes.js'
import { writeFiles } from '../../cli/init/files/planned.js'
import { parseConfig } from '../../src/config/config.js'
import { dockerfileOf } from './read-recipes.js'

const SERVER = `const { createServer } = require('node:http')
const { HOST, PORT } = process.env
const server = createServer((_req, res) => res.end('ok')).listen(PORT, HOST)
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`
const hasDaemon = spawnSync('docker', ['info'], { timeout: 20_000 }).status === 0
const TAG = `usertwo-recipe-${process.pid}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-image-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes the recipe for an app without packages. */
function lay(manifest: object = {}, files: Record<string, string> = {}) {
  const all = { 'package.json': JSON.stringify(manifest), 'server.js': SERVER, ...files }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text)
  const app = { start: ['node', 'server.js'] }
  const config = parseConfig({ app, owner: { id: 1 }, users: { table: 'users' } })
  const planned = recipe('docker', appFacts(folder, 'Small', config))
  writeFiles(folder, planned)
  return planned.find(({ file }) => file === 'Dockerfile')!.text
}

test.each([
  ['npm without a lockfile', {}, {}],
  ['npm', { scripts: { build: 'true' } }, { 'package-lock.json': '{}' }],
  ['pnpm', {}, { 'pnpm-lock.yaml': '' }],
  ['yarn', {}, { 'yarn.lock': '' }],
])('the Dockerfile for %s keeps the rules of images', (_name, manifest, files) => {
  const { instructions, stages, cmd, healthcheck, env } = dockerfileOf(lay(manifest, files))
  const named = (name: string) => instructions.filter((one) => one.name === name)
  for (const stage of stages) expect(stage).toMatch(/^node:\d+-slim(?: AS \w+)?$/)
  expect(named('ADD')).toEqual([])
  expect(named('RUN').filter(({ rest }) => /\b(?:sudo|apt|curl|wget)\b/.test(rest))).toEqual([])
  for (const { rest } of named('WORKDIR')) expect(rest).toMatch(/^\//)
  // What changes seldom comes first, so that packages are installed again only when they change.
  const copies = named('COPY').map(({ rest }) => rest)
  expect([copies[0], copies[1], copies.length]).toEqual([expect.stringMatching(/^package\.json/), '. .', 3])
  expect(copies[2]).toBe('--from=build --chown=node:node /app ./')
  const last = instructions.filter(({ stage }) => stage === stages.length - 1).map(({ name }) => name)
  expect(last.indexOf('USER')).toBeGreaterThan(last.indexOf('COPY'))
  expect(last.filter((name) => /^(?:CMD|HEALTHCHECK|STOPSIGNAL|USER)$/.test(name))).toHaveLength(4)
  expect(last.at(-1)).toBe('CMD')
  // No shell in between, which would not pass SIGTERM on.
  expect([cmd[0], healthcheck[0]]).toEqual(['node', 'node'])
  expect(Object.keys(env).filter((name) => /SECRET|TOKEN|PASSWORD|URL/.test(name))).toEqual([])
})

test('no secret, no history and no local data goes into it', () => {
  lay()
  const ignored = readFileSync(join(folder, '.dockerignore'), 'utf8').split('\n')
  for (const name of ['.git', '**/.env', '**/.env.*', '.usertwo', '**/node_modules', 'backups'])
    expect(ignored).toContain(name)
})

test.skipIf(!hasDaemon)(
  'Docker builds it; it turns healthy, has no rights, and ends with 0 on SIGTERM',
  async () => {
    const docker = (...args: string[]) =>
      execFileSync('docker', args, { cwd: folder, stdio: 'pipe' }).toString().trim()
    lay()
    docker('build', '--tag', TAG, '.')
    try {
      docker('run', '--detach', '--name', TAG, TAG)
      const state = (what: string) => docker('inspect', '--format', `{{.State.${what}}}`, TAG)
      for (let n = 0; n < 60 && state('Health.Status') === 'starting'; n++) await sleep(1_000)
      expect(state('Health.Status')).toBe('healthy')
      expect(docker('exec', TAG, 'id', '--user')).not.toBe('0')
      docker('stop', TAG)
      expect(state('ExitCode')).toBe('0')
    } finally {
      spawnSync('docker', ['rm', '--force', TAG])
      spawnSync('docker', ['rmi', '--force', TAG])
    }
  },
  600_000,
)
