// What `usertwo init --yes` lets anybody else see: routes that answer without a login, the health route, tables that every
// user reads. Each is printed with its reason, and none of them reads a row that has an owner.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { build } from '../support/built.js'
import { FIXTURES, installLibraries, lay, layFolder, usertwo } from './play.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What an example has of usertwo. */
const ADDED = [
  'usertwo.config.js',
  'usertwo',
  'usertwo.gate.json',
  'server.hardened.js',
  'vite.hardened.config.js',
]
/** usertwo's own answer, which says nothing of the app. */
const READY = '/ready'

/** By app: the routes, and the tables with how they are shared. */
const OPENED: Record<string, readonly string[]> = {
  'api-key': ['GET /healthz'],
  'at-start': ['GET /healthz'],
  board: [],
  'class-server': ['GET /alive'],
  club: ['GET /ping', 'categories: readable'],
  contacts: [],
  filters: ['GET /health', 'session: session'],
  generator: [],
  meter: ['GET /health'],
  planner: ['GET /livez'],
  'reading-list': ['GET /api/health'],
  recipes: ['GET /up', 'categories: reference'],
  sequelize: ['GET /alive'],
  'set-db': [],
  'settings-by-key': [],
  todos: ['GET /health'],
  tracker: ['GET /status'],
  typeorm: [],
  journal: ['GET /health'],
  'comic-pile': ['GET /health'],
}

beforeAll(async () => {
  await build()
  installLibraries()
}, 600_000)

test.each([...FIXTURES, 'journal', 'comic-pile'])(
  '%s',
  async (name) => {
    const { folder, remove } = await layApp(name)
    try {
      const { code, stdout, stderr } = await usertwo(folder, 'init', '--yes')
      const file = readdirSync(folder).find((one) => /^usertwo\.config\./.test(one))
      if (!OPENED[name]) return expect([name, code, file], stdout + stderr).toEqual([name, 2, undefined])
      expect(code, stderr).toBe(0)
      const { default: given } = (await import(pathToFileURL(join(folder, file!)).href)) as {
        default: ConfigInput
      }
      const { app, routes, tables } = parseConfig(given)
      const shared = Object.entries(tables).filter(
        ([, { access }]) => !['private', 'self', 'closed'].includes(access),
      )
      expect([
        ...(app.health === READY ? [] : [`GET ${app.health}`]),
        ...routes.public.filter((route) => route !== `GET ${app.health}`),
        ...shared.map(([table, { access }]) => `${table}: ${access}`),
      ]).toEqual(OPENED[name])
      for (const one of OPENED[name]!) {
        const [about, what] = one.startsWith('GET ')
          ? ['health', one.slice(4)]
          : [`table ${one.split(':')[0]}`, '']
        expect(stdout).toMatch(new RegExp(`^${about} +\\w+ +${what}.* \\(.+\\)$`, 'm'))
      }
    } finally {
      remove()
    }
  },
  240_000,
)

async function layApp(name: string): Promise<{ folder: string; remove(): void }> {
  if (FIXTURES.includes(name)) return lay(name)
  const example = join(ROOT, 'examples', name)
  const app = layFolder(pathToFileURL(example), [join(ROOT, 'node_modules'), join(example, 'node_modules')])
  for (const one of ADDED) rmSync(join(app.folder, one), { recursive: true, force: true })
  return app
}
