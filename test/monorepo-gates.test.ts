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

async function adopted(laid: Monorepo, server: string, ...named: string[]): Promise<string> {
  repo = laid
  const { code, stdout, stderr } = await usertwo(repo.folder, 'init', ...named, '--yes')
  expect(code, stdout + stderr).toBe(0)
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
