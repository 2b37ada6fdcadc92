// Repositories of several packages: the root is given, and the package that serves is adopted.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { scan } from '../cli/scan/scan.js'
import { freePort } from '../proof/postgres/free-port.js'
import { usertwo } from './init/play.mjs'
import { build } from './support/built.js'
import { type Monorepo, npmWorkspace, pnpmWorkspace } from './support/monorepo.js'
import { type Running, startUnedited } from './support/unedited.js'
import { type Login, type NotesDatabase, notesDatabase } from './support/wrapped-app.js'

const NOTES = 40
let database: NotesDatabase
let running: Running | undefined

beforeAll(async () => {
  await build()
  database = await notesDatabase(2, {}, 8)
  await database.stored(`insert into notes (id, text, user_id)
    select 1000 * u + n, 'of user ' || u, u from generate_series(1, ${NOTES}) n, generate_series(1, 2) u`)
}, 120_000)
afterEach(() => running?.stop())
afterAll(() => database?.end())

/** What both users are answered at once for the ids of both. */
async function mixed(ask: (path: string, who: Login) => Promise<{ status: number; body: unknown }>) {
  const counted = { own: 0, foreign: 0, missing: 0, lists: 0 }
  for (let n = 1; n <= NOTES; n += 4) {
    const asked = [1, 2].flatMap((owner) =>
      [n, n + 1, n + 2, n + 3].flatMap((id) =>
        database.people.map((who) => ({ id: 1000 * owner + id, owner, who })),
      ),
    )
    const lists = Promise.all(
      database.people.map(async (who) => ({ who, ...(await ask('/api/notes', who)) })),
    )
    for (const { owner, who, status } of await Promise.all(
      asked.map(async (one) => ({ ...one, ...(await ask(`/api/notes/${one.id}`, one.who)) })),
    )) {
      if (status === 200) counted[owner === who.id ? 'own' : 'foreign']++
      else if (owner === who.id) counted.missing++
    }
    for (const { who, body } of await lists) {
      const rows = body as { user_id: number }[]
      counted.lists += rows.length
      counted.foreign += rows.filter(({ user_id }) => user_id !== who.id).length
    }
  }
  return counted
}
const SEPARATE = { own: 2 * NOTES, foreign: 0, missing: 0, lists: 2 * NOTES * (NOTES / 4) }

/** The app at dial 8, on a pool of two. */
async function started(command: string[], cwd: string, bare: boolean) {
  const port = await freePort()
  running = startUnedited(command, { DATABASE_URL: database.url, PORT: String(port) }, { bare, cwd })
  const ask = async (path: string, who?: Login) => {
    const headers = who && { authorization: `Bearer ${who.token}` }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    return { status: answer.status, body: answer.status === 200 ? await answer.json() : null }
  }
  for (let tries = 0; ; tries++)
    try {
      await fetch(`http://127.0.0.1:${port}/health`)
      return ask
    } catch (error) {
      if (tries > 100) throw new Error(running.said(), { cause: error })
      await new Promise((later) => setTimeout(later, 100))
    }
}

describe('a workspace of npm, CommonJS', () => {
  let repo: Monorepo
  const api = (...path: string[]) => join(repo.folder, 'apps/api', ...path)
  beforeAll(() => {
    repo = npmWorkspace()
  }, 60_000)
  afterAll(() => repo?.remove())

  test('scan at the root names the server, follows its routes into @acme/db, and names the front end to build', async () => {
    const { facts, routes, findings, tables } = await scan(repo.folder)
    expect(facts.servers).toEqual([{ folder: 'apps/api', at: 'apps/api/src/server.js:3' }])
    expect(facts.home).toBe('apps/api/package.json')
    expect(facts.unbuilt).toEqual([
      { at: 'apps/api/src/app.js:19', folder: 'apps/web/dist', build: 'npm run build --workspace apps/web' },
    ])
    expect(routes.map(({ open }) => open)).toEqual([[], [], [], [], []])
    expect(tables.map(({ name }) => name)).toEqual(['notes'])
    expect(
      findings.filter(({ kind }) => kind === 'everybodys-rows').map(({ at, routes: to }) => [at, to]),
    ).toEqual([
      ['packages/db/index.js:4', ['GET /api/notes']],
      ['packages/db/index.js:9', ['GET /api/notes/:id']],
      ['packages/db/index.js:19', ['DELETE /api/notes/:id']],
    ])
  })

  test('init at the root writes into the server package, and the workflow into the root', async () => {
    const { code, stdout, stderr } = await usertwo(repo.folder, 'init', '--yes')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(
      /^apps\/api is the server; init goes on there \(apps\/api\/src\/server\.js:3 listens\)$/m,
    )
    expect(stdout).toMatch(/^tables .*\.\.\/\.\.\/packages\/db\/migrations\/001_notes\.sql/m)
    expect(stdout).toMatch(
      /src\/app\.js:19: it serves \.\.\/web\/dist, which is not there: npm run build --workspace apps\/web/,
    )
    expect(stdout).toMatch(/npm install usertwo --workspace apps\/api$/m)
    expect(stdout).toMatch(/^Next: cd apps\/api && npx usertwo gate$/m)
    expect(readFileSync(api('usertwo.config.cjs'), 'utf8')).toMatch(/notes: \{ owner: 'user_id' \}/)
    expect(readFileSync(api('server.hardened.js'), 'utf8')).toMatch(
      /const \{ pool \} = require\('@acme\/db'\)/,
    )
    expect(readFileSync(join(repo.folder, '.github/workflows/usertwo.yml'), 'utf8')).toMatch(
      /working-directory: apps\/api$/m,
    )
    expect(existsSync(api('.github'))).toBe(false)
  }, 180_000)

  test('a second init at the root finds the configuration of the server package', async () => {
    const { code, stdout } = await usertwo(repo.folder, 'init', '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /usertwo\.config\.cjs is there: nothing was changed\. Next: cd apps\/api && npx usertwo gate/,
    )
  }, 60_000)

  test('behind that entry two users at once get their own rows, at dial 8', async () => {
    expect(await mixed(await started(['node', 'server.hardened.js'], api(), true))).toEqual(SEPARATE)
  }, 60_000)

  test('without the layers the same requests get rows of both', async () => {
    const bare = await mixed(await started(['node', 'src/server.js'], api(), true))
    expect(bare.own + bare.foreign + bare.lists).toBeGreaterThan(0)
    expect(bare).not.toEqual(SEPARATE)
  }, 60_000)
})

describe('a workspace of pnpm, ES modules, a copy of pg below another package', () => {
  let repo: Monorepo
  beforeAll(() => {
    repo = pnpmWorkspace()
  })
  afterAll(() => repo?.remove())

  test('where two packages serve, both are named with their command, and nothing is written', async () => {
    const { code, stderr } = await usertwo(repo.folder, 'init', '--yes')
    expect(code).toBe(2)
    expect(stderr).toContain(
      'admin (admin/server.js:6) and server (server/src/server.js:19) serve, each is adopted by itself: npx usertwo init admin, or npx usertwo init server',
    )
    const { facts } = await scan(repo.folder)
    expect(facts.servers.map(({ folder }) => folder)).toEqual(['admin', 'server'])
    const { stdout } = await usertwo(repo.folder, 'scan')
    expect(stdout).toMatch(/^Next: npx usertwo init admin, then npx usertwo init server$/m)
  }, 60_000)

  test('the one that is named is taken, with the tables and the handle of @shelf/library', async () => {
    const { code, stdout, stderr } = await usertwo(repo.folder, 'init', 'server', '--yes')
    expect(code, stdout + stderr).toBe(0)
    expect(readFileSync(join(repo.folder, 'server/server.hardened.js'), 'utf8')).toMatch(
      /import \{ pool \} from '@shelf\/library\/notes'/,
    )
    expect(stdout).toMatch(/pnpm --filter \.\/server add usertwo$/m)
  }, 180_000)

  test('behind the entry, and by usertwo run without it, two users at once get their own rows, at dial 8', async () => {
    const place = join(repo.folder, 'server')
    expect(await mixed(await started(['node', 'server.hardened.js'], place, true))).toEqual(SEPARATE)
    await running?.stop()
    expect(await mixed(await started(['node', 'src/server.js'], place, false))).toEqual(SEPARATE)
  }, 120_000)
})
