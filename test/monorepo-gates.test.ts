// A repository of several packages, taken to GO from its root: init there, then the gates in the package that serves.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { gated, usertwo } from './init/play.mjs'
import { build } from './support/built.js'
import { type Monorepo, npmWorkspace, pnpmWorkspace } from './support/monorepo.js'

let repo: Monorepo
beforeAll(build, 120_000)
afterEach(() => repo?.remove())

async function adopted(lay: () => Monorepo, server: string, ...named: string[]): Promise<string> {
  repo = lay()
  const { code, stdout, stderr } = await usertwo(repo.folder, 'init', ...named, '--yes')
  expect(code, stdout + stderr).toBe(0)
  return join(repo.folder, server)
}

test('a workspace of npm is GO of all phases after init --yes, once its front end is built', async () => {
  const api = await adopted(npmWorkspace, 'apps/api')
  const pages = ['inventory.pages', 'inventory.client-calls', 'auth.forms']
  const { go, red } = await gated(api, '--only', pages.join())
  const why = `src/app.js:19 serves ../web/dist, which is not there; build it first: npm run build --workspace apps/web`
  expect({ go, red }).toEqual({ go: false, red: pages.map((id) => `${id}: unknown:  ${why}`) })

  // As its build would: a page that calls no route, so the recording stays as it is.
  mkdirSync(join(repo.folder, 'apps/web/dist'))
  writeFileSync(
    join(repo.folder, 'apps/web/dist/index.html'),
    '<!doctype html><title>Notes</title><p>Notes</p>',
  )
  expect(await usertwo(api, 'baseline', 'record')).toMatchObject({ code: 0 })
  expect(await usertwo(api, 'inventory', '--write')).toMatchObject({ code: 0 })
  expect(await gated(api)).toMatchObject({ go: true, red: [] })
}, 900_000)

test('a workspace of pnpm is GO of all phases after init --yes, with a pg that the server cannot load', async () => {
  const server = await adopted(pnpmWorkspace, 'server', 'server')
  expect(await gated(server)).toMatchObject({ go: true, red: [] })
}, 900_000)
