import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findServerPackage, gateCommand } from './server-package.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-server-package-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function file(name: string, text: string) {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
const pack = (folder: string, manifest: object) =>
  file(
    join(folder, 'package.json'),
    JSON.stringify({ name: `@acme/${folder.split('/').at(-1)}`, ...manifest }),
  )
const SERVER =
  "const app = require('express')()\nconst { Pool } = require('pg')\nnew Pool()\napp.listen(3000)\n"
/** A package that serves. */
function serves(folder: string, manifest: object = {}) {
  pack(folder, { dependencies: { express: '5' }, scripts: { start: 'node server.js' }, ...manifest })
  file(
    join(folder, 'server.js'),
    SERVER.replace("require('express')()", 'express()').replace(
      'const app',
      "const express = require('express')\nconst app",
    ),
  )
}
const found = async () => {
  const { folder, says } = await findServerPackage(root)
  return [folder.slice(root.length + 1), says]
}

it('is the folder itself where it starts an Express app of its own', async () => {
  serves('')
  serves('packages/other')
  expect(await found()).toEqual(['', null])
})

it('is the one package that listens, whatever else there is', async () => {
  pack('', { workspaces: ['*'] })
  pack('web', { dependencies: { react: '19', vite: '7' } })
  file('web/dev.js', "const express = require('express')\nexpress().get('/', () => {})\n")
  serves('api')
  expect(await found()).toEqual(['api', 'api is the server; init goes on there (api/server.js:5 listens)'])
})

it('is one that listens with an app which another package makes', async () => {
  pack('', { workspaces: ['*'] })
  pack('core', { main: 'app.js', dependencies: { express: '5' } })
  file('core/app.js', "const express = require('express')\nmodule.exports = express()\n")
  pack('api', { dependencies: { '@acme/core': '*' } })
  file('api/index.js', "const app = require('@acme/core')\napp.listen(3000)\n")
  expect(await found()).toEqual(['api', 'api is the server; init goes on there (api/index.js:2 listens)'])
})

it('is the one with a database, of several that listen', async () => {
  pack('', {})
  serves('api')
  serves('renderer')
  file('renderer/server.js', "const express = require('express')\nexpress().listen(1)\n")
  expect((await found())[0]).toBe('api')
})

it('does not take a package.json that only says the type for a package', async () => {
  serves('')
  file(
    'package.json',
    JSON.stringify({ dependencies: { express: '5' }, scripts: { start: 'cd src && node server.js' } }),
  )
  file('src/package.json', '{ "type": "commonjs" }')
  file('src/server.js', "const express = require('express')\nexpress().listen(1)\n")
  expect(await found()).toEqual(['', null])
})

describe('of two that serve with a database', () => {
  const START: [string, string][] = [
    ['a folder', 'cd apps/api && node server.js'],
    ['a file', 'node apps/api/server.js'],
    ['npm', 'npm --workspace @acme/api start'],
    ['npm, behind', 'npm run start -w apps/api'],
    ['npm, by a prefix', 'npm --prefix apps/api start'],
    ['pnpm', 'pnpm --filter @acme/api start'],
    ['pnpm, with what it needs', 'pnpm --filter=@acme/api... run start'],
    ['yarn', 'yarn workspace @acme/api start'],
    ['another script', 'npm run serve'],
    ['two scripts at once', 'concurrently "npm:serve" "npm:web"'],
  ]
  const two = (start: string) => {
    const serve = 'npm --workspace @acme/api start'
    pack('', { scripts: { start, serve, web: 'npm --workspace @acme/web start' }, workspaces: ['apps/*'] })
    serves('apps/api')
    serves('apps/admin')
  }

  it.each(START)('the start script of the root decides, naming it by %s', async (_how, start) => {
    two(start)
    expect(await found()).toEqual([
      'apps/api',
      'apps/api is the server; init goes on there (apps/api/server.js:5 listens, "start" names it; also: npx usertwo init apps/admin)',
    ])
  })

  it('both are named where it names none', async () => {
    two('turbo run start')
    await expect(findServerPackage(root)).rejects.toThrow(
      'apps/admin (apps/admin/server.js:5) and apps/api (apps/api/server.js:5) serve, each is adopted by itself: npx usertwo init apps/admin, or npx usertwo init apps/api',
    )
  })
})

it('says the gate as it is typed from where the command was started', () => {
  expect(gateCommand('/a/b/apps/api', '/a/b')).toBe('cd apps/api && npx usertwo gate')
  expect(gateCommand('/a/b', '/a/b')).toBe('npx usertwo gate')
})
