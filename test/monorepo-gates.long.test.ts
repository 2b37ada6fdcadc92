// A repository of several packages, taken to GO from its root: init there, then the gates in the package that serves.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gated, plant, usertwo } from './init/play.mjs'
import { attackedAtOnce, installLibraries } from './matrix/libraries.mjs'
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

  test('is GO of all phases after init --yes at its root, and its five leaks are named', async () => {
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
    const attack = await attackedAtOnce(server, { rows: ROWS, lists: '/api/beds', items: 'plants' })
    expect(attack).toMatchObject({ requests: 400, foreign: 0, ownMissing: 0, other: 0 })
    expect(await gated(server)).toMatchObject({ go: true, red: [] })
    for (const leak of LEAKS) plant(laid.folder, leak)
    const only = 'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once,isolation.kept-in-memory'
    const { red } = await gated(server, '6', '--only', only)
    const named = ROUTES.filter((route) =>
      red.some((one) => /: fail: /.test(one) && one.includes(`${route} `)),
    )
    expect(named, red.join('\n')).toEqual(ROUTES)
  }, 1_800_000)
})

const ROWS = { '/api/beds': 'beds', '/api/plants': 'plants' }
const ROUTES = [
  'GET /api/beds',
  'GET /api/beds/:id',
  'GET /api/plants/:id',
  'GET /api/search',
  'GET /api/totals',
]
/** In the package that has the queries, and in the server: rows that are kept, promises by an id and a word, an answer by address. */
const LEAKS = [
  {
    file: 'beds/src/beds.js',
    from: 'export const beds = () =>\n  all(',
    to: 'let kept\nconst memo = {}\nexport const beds = () =>\n  kept ??= all(',
  },
  {
    file: 'beds/src/beds.js',
    from: "const [bed] = await all('select id, name from beds where id = $1', id)",
    to: "const [bed] = await (memo[id] ??= all('select id, name from beds where id = $1', id))",
  },
  {
    file: 'beds/src/beds.js',
    from: "return (await all('select id, bed_id, name from plants where id = $1', id))[0]",
    to: "return (await (memo['plant ' + id] ??= all('select id, bed_id, name from plants where id = $1', id)))[0]",
  },
  {
    file: 'beds/src/beds.js',
    from: 'export const search = (words) =>\n  all(',
    to: "export const search = (words) =>\n  memo['words ' + words] ??= all(",
  },
  {
    file: 'server/src/server.js',
    from: "'/api/totals', async (_req, res) => res.json(await totals()))",
    to: "'/api/totals', async (req, res) => res.json((byAddress[req.ip] ??= await totals())))\nconst byAddress = {}",
  },
]
