import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { commandFor, installFor, workspaceOf } from './workspace-root.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-workspace-'))
  mkdirSync(join(root, 'apps/web'), { recursive: true })
  file('apps/web/package.json', '{ "name": "@acme/web" }')
})
afterEach(() => rmSync(root, { recursive: true }))

const file = (name: string, text: string) => writeFileSync(join(root, name), text)
const web = () => join(root, 'apps/web')
const commands = () => [commandFor(root, web(), 'build'), installFor(root, web(), 'usertwo')]

it('reads a package.json with workspaces as npm, or as yarn if a yarn.lock exists', () => {
  file('package.json', '{ "workspaces": ["apps/*"] }')
  expect(workspaceOf(web())).toEqual({ root, manager: 'npm' })
  expect(commands()).toEqual([
    'npm run build --workspace apps/web',
    'npm install usertwo --workspace apps/web',
  ])
  file('yarn.lock', '')
  expect(commands()).toEqual(['yarn workspace @acme/web build', 'yarn workspace @acme/web add usertwo'])
})

it('reads the list of pnpm, with comments, quotes and exclusions', () => {
  file('package.json', '{}')
  file(
    'pnpm-workspace.yaml',
    '# ours\npackages:\n  - "apps/*" # all\n  - \'!apps/old\'\ncatalog:\n  pg: ^8\n',
  )
  expect(workspaceOf(web())).toEqual({ root, manager: 'pnpm' })
  expect(workspaceOf(join(root, 'apps/old'))).toBeNull()
  expect(commands()).toEqual(['pnpm --filter ./apps/web run build', 'pnpm --filter ./apps/web add usertwo'])
})

it('treats a folder that no workspace lists as a package on its own', () => {
  file('package.json', '{ "workspaces": { "packages": ["packages/**"] } }')
  expect(workspaceOf(join(root, 'packages/deep/db'))?.root).toBe(root)
  expect(workspaceOf(web())).toBeNull()
  expect(commands()).toEqual(['npm --prefix apps/web run build', 'npm --prefix apps/web install usertwo'])
})
