// A repository of several packages, taken to GO from its root: init there, then the gates in the package that serves.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gated, plant, usertwo } from './init/play.mjs'
import { installLibraries } from './matrix/libraries.mjs'
import { build } from './support/built.js'
import { type Monorepo, npmWorkspace, pnpmWorkspace, yarnWorkspace } from './support/monorepo.js'

let repo: Monorepo
/** by init */
let printed: string
beforeAll(build, 120_000)
afterEach(() => repo?.remove())

async function adopted(laid: Monorepo, server: string, ...named: string[]): Promise<string> {
  repo = laid
  const { code, stdout, stderr } = await usertwo(repo.folder, 'init', ...named, '--yes')
  expect(code, stdout + stderr).toBe(0)
  printed = stdout
  return join(repo.folder, server)
}

test('a front end that is not built is named by the checks of pages, with its command', async () => {
  const api = await adopted(npmWorkspace(), 'apps/api')
  const pages = ['inventory.pages', 'inventory.client-calls', 'auth.forms']
  const { go, red } = await gated(api, '--only', pages.join())
  const why = `src/app.js:19 serves ../web/dist, which is not there; build it first: npm run build --workspace apps/web`
  expect({ go, red }).toEqual({ go: false, red: pages.map((id) => `${id}: unknown:  ${why}`) })
}, 300_000)

test('a workspace of npm is GO of all phases after init --yes, with its front end', async () => {
  const laid = npmWorkspace()
  const built = join(laid.folder, 'apps/web/dist')
  mkdirSync(built)
  writeFileSync(
    join(built, 'index.html'),
    '<!doctype html><html lang="en"><title>Notes</title><h1>Notes</h1></html>',
  )
  expect(await gated(await adopted(laid, 'apps/api'))).toMatchObject({ go: true, red: [] })
}, 900_000)

test('a workspace of pnpm is GO of all phases after init --yes, with a pg that the server cannot load', async () => {
  const server = await adopted(pnpmWorkspace(), 'server', 'server')
  expect(await gated(server)).toMatchObject({ go: true, red: [] })
}, 900_000)

describe.each(['classic', 'berry'] as const)('a workspace of yarn, %s', (which) => {
  beforeAll(installLibraries, 600_000)

  test('is GO of all phases after init --yes at its root, and its leaks are named', async () => {
    const laid = yarnWorkspace(which)
    mkdirSync(join(laid.folder, 'web/dist'))
    writeFileSync(
      join(laid.folder, 'web/dist/index.html'),
      readFileSync(join(laid.folder, 'web/index.html'), 'utf8'),
    )
    const server = await adopted(laid, 'server')
    expect(printed).toMatch(
      /^server is the server; init goes on there \(server\/src\/server\.js:\d+ listens\)$/m,
    )
    expect(printed).toMatch(/yarn workspace @garden\/server add usertwo$/m)
    expect(printed).toMatch(/^Next: cd server && npx usertwo gate$/m)
    expect(await gated(server)).toMatchObject({ go: true, red: [] })
    for (const leak of LEAKS) plant(laid.folder, leak)
    const only = 'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once'
    const { red } = await gated(server, '6', '--only', only)
    for (const route of ['GET /api/beds', 'GET /api/beds/:id'])
      expect(red).toContainEqual(expect.stringMatching(new RegExp(`: fail: .*${route} `)))
  }, 1_800_000)
})

/** In the package that has the queries. */
const LEAKS = [
  {
    file: 'beds/src/beds.js',
    from: 'export const beds = () =>\n  all(',
    to: 'let kept\nexport const beds = () =>\n  kept ??= all(',
  },
  {
    file: 'beds/src/beds.js',
    from: "const [bed] = await all('select id, name from beds where id = $1', id)",
    to: "const [bed] = await (memo[id] ??= all('select id, name from beds where id = $1', id))",
  },
  {
    file: 'beds/src/beds.js',
    from: 'export async function findBed',
    to: 'const memo = {}\nexport async function findBed',
  },
]
