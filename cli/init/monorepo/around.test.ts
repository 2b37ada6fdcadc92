import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readForInit } from '../reading/reading.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-around-'))
  file('package.json', { workspaces: ['*'] })
  file('api/package.json', {
    scripts: { start: 'node server.js' },
    dependencies: { '@acme/db': '*', express: '5' },
  })
  file(
    'api/server.js',
    "const express = require('express')\nconst { pool } = require('@acme/db')\nexpress().listen(1)\n",
  )
  file('db/package.json', { name: '@acme/db', main: 'dist/index.js', scripts: { build: 'tsc' } })
  file('db/src/index.ts', "import { Pool } from 'pg'\nexport const pool: Pool = new Pool()\n")
  file('db/knexfile.js', 'module.exports = {}\n')
  mkdirSync(join(root, 'node_modules/@acme'), { recursive: true })
  symlinkSync(join(root, 'db'), join(root, 'node_modules/@acme/db'))
})
afterEach(() => rmSync(root, { recursive: true }))

function file(name: string, text: object | string) {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), typeof text === 'string' ? text : JSON.stringify(text))
}
const read = () => readForInit(join(root, 'api'), { run: false, 'keep-login': false })

it('refuses a package of the workspace that is not built, with the command that builds it', async () => {
  await expect(read()).rejects.toThrow(
    'server.js loads @acme/db, whose package.json names dist/index.js, which is not there: npm run build --workspace db makes it, in ..',
  )
})

it('reads the source of one that is built, loads its handle by its name, and makes the tables by its migrations', async () => {
  file('db/dist/index.js', 'exports.pool = 1\n')
  const { handle, migrations } = await read()
  expect(handle).toMatchObject({ at: '../db/src/index.ts:2', module: '@acme/db', name: 'pool' })
  expect(migrations.migrate).toEqual(['sh', '-c', 'cd ../db && exec npx knex migrate:latest'])
})

it('refuses a handle that its package does not export, where what is under it cannot be loaded', async () => {
  file('db/dist/index.js', 'exports.all = 1\n')
  file(
    'db/src/index.ts',
    "import { Pool } from 'pg'\nconst pool = new Pool()\nexport const all = () => pool.query('select 1')\n",
  )
  await expect(read()).rejects.toThrow(
    '../db/src/index.ts:2: the handle is not exported by its package, and pg, which is under it, is not installed here: export it, or npm install pg --workspace api',
  )
})
