import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Scanned, scan } from './scan.js'

const SERVER =
  "const express = require('express')\nconst { Pool } = require('pg')\nconst app = express()\nconst pool = new Pool()\napp.get('/notes', async (req, res) => res.json((await pool.query('select * from notes')).rows))\napp.listen(3000)\n"
const START =
  '{ "main": "server.js", "scripts": { "start": "node server.js" }, "dependencies": { "express": "5", "pg": "8" } }'

async function scanned(files: Record<string, string>): Promise<Scanned> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries({ 'package.json': START, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return scan(folder)
}
const routesOf = ({ routes }: Scanned) =>
  routes.map(({ method, path, open }) => `${method} ${path} ${open.length}`).sort()
const filesOf = ({ findings }: Scanned) => [...new Set(findings.map(({ at }) => at.split(':')[0]))]

const PROMPT =
  "const { Client } = require('pg')\nconst client = new Client()\nconst ask = require('readline')\nasync function all() { return client.query('select * from notes') }\nall()\n"
const OLD_SERVER =
  "const app = require('express')()\napp.use(require('cors')())\napp.get('/old', (req, res) => res.end())\napp.listen(5000)\n"

it.each([
  ['a prompt with a connection of its own', { 'server.js': SERVER, 'prompt.js': PROMPT }, 'prompt.js'],
  ['a server from before', { 'server.js': SERVER, 'index.js': OLD_SERVER }, 'index.js'],
  [
    'a server from before, next to one that is compiled',
    {
      'package.json': START.replaceAll('server.js', 'dist/server.js'),
      'src/server.ts': SERVER,
      'index.js': OLD_SERVER,
    },
    'index.js',
  ],
  [
    'next to a folder whose files are all loaded',
    {
      'server.js': `${SERVER}const path = require('path')\nfor (const one of require('fs').readdirSync('models')) require(path.join(__dirname, '/models', one))\n`,
      'models/note.js': 'module.exports = {}\n',
      'prompt.js': PROMPT,
    },
    'prompt.js',
  ],
])('takes a program that nothing starts for no part of the app: %s', async (_, files, left) => {
  const found = await scanned(files)
  expect(filesOf(found)).not.toContain(left)
  expect(routesOf(found)).toEqual(['GET /notes 0'])
  expect(found.facts.start.listens).toHaveLength(1)
  expect(found.facts.handles).toHaveLength(1)
  expect(found.left.map(({ file }) => file)).toEqual([left])
})

it.each([
  ['a file loads it', { 'server.js': `${SERVER}require('./prompt')\n` }],
  ['a file loads it for what it does', { 'server.js': `import './prompt.js'\n${SERVER}` }],
  ['a file gives on what it exports', { 'server.js': `${SERVER}export * from './prompt.js'\n` }],
  [
    'a script names it',
    { 'server.js': SERVER, 'package.json': START.replace('"start"', '"worker": "node prompt.js", "start"') },
  ],
  ['a Procfile names it', { 'server.js': SERVER, Procfile: 'worker: node prompt.js\n' }],
  [
    'the app loads files by computed names',
    { 'server.js': `${SERVER}for (const one of ['prompt']) require('./' + one)\n` },
  ],
  [
    'the start is not known',
    { 'server.js': SERVER, 'package.json': '{ "dependencies": { "express": "5" } }' },
  ],
])('keeps a program of its own where %s', async (_, files) => {
  expect(filesOf(await scanned({ 'prompt.js': PROMPT, ...files }))).toContain('prompt.js')
})

const ROUTER =
  "import { Router } from 'express'\nimport { all } from '@src/notes'\nexport const router = Router()\nrouter.get('/notes', async (req, res) => res.json(await all()))\n"
const ALIASED = (router: string) =>
  `import express from 'express'\nimport { router } from '${router}'\nconst app = express()\napp.use('/api', router)\napp.listen(3000)\n`
const NOTES =
  "import { Pool } from 'pg'\nconst pool = new Pool()\nexport const all = async () => (await pool.query('select * from notes')).rows\n"

it.each([
  [
    'paths of tsconfig.json',
    'tsconfig.json',
    '{ // paths\n "compilerOptions": { "baseUrl": ".", "paths": { "@src/*": ["src/*"], }, } }',
  ],
  ['paths without a base', 'tsconfig.json', '{ "compilerOptions": { "paths": { "@src/*": ["./src/*"] } } }'],
  ['a base that a name begins at', 'tsconfig.json', '{ "extends": "./tsconfig.base.json" }'],
])('follows imports by %s', async (_, name, text) => {
  const found = await scanned({
    'src/server.ts': ALIASED('@src/routes.js'),
    'src/routes.ts': ROUTER,
    'src/notes.ts': NOTES,
    'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@src/*": ["./src/*"] } } }',
    [name]: text,
  })
  expect(routesOf(found)).toEqual(['GET /api/notes 0'])
  expect(found.findings.map(({ kind, at }) => `${kind} ${at}`)).toEqual(['read-only-table src/notes.ts:3'])
})

it('follows imports by the names that package.json gives', async () => {
  const found = await scanned({
    'package.json':
      '{ "imports": { "#src/*": "./src/*.ts" }, "dependencies": { "express": "5", "pg": "8" } }',
    'src/server.ts': ALIASED('#src/routes'),
    'src/routes.ts': ROUTER.replace('@src/notes', '#src/notes'),
    'src/notes.ts': NOTES,
  })
  expect(routesOf(found)).toEqual(['GET /api/notes 0'])
})

it.each(['www', 'frontend', 'static'])('reads a server in a folder called %s', async (folder) => {
  const found = await scanned({
    'package.json': '{ "name": "all" }',
    [`${folder}/package.json`]: START,
    [`${folder}/server.js`]: SERVER,
    [`${folder}/public/page.js`]: "fetch('/notes')\n",
  })
  expect(routesOf(found)).toEqual(['GET /notes 0'])
  expect(found.facts.databases).toMatchObject([{ name: 'PostgreSQL' }])
})

it('still takes the folder of a page for the page', async () => {
  const found = await scanned({
    'server.js': SERVER,
    'client/package.json': '{ "dependencies": { "react": "19" } }',
    'client/main.js': "export const all = () => fetch('/notes')\n",
    'www/page.js': "const app = require('express')()\napp.get('/page', (req, res) => res.end())\n",
  })
  expect(routesOf(found)).toEqual(['GET /notes 0'])
})

it('counts a route once where two apps mount its router', async () => {
  const router =
    "const router = require('express').Router()\nrouter.get('/notes', (req, res) => res.end())\nmodule.exports = router\n"
  const app = (route: string) =>
    `const app = require('express')()\napp.use('/api', require('./router'))\napp.get('${route}', (req, res) => res.end())\n`
  const found = await scanned({
    'router.js': router,
    'server.js': `${app('/')}app.listen(3000)\n`,
    'function.js': `${app('/api')}module.exports = app\n`,
  })
  expect(routesOf(found)).toEqual(['GET / 0', 'GET /api 0', 'GET /api/notes 0'])
})

const BY_FILE =
  "const fs = require('fs')\nconst express = require('express')\nconst { Pool } = require('pg')\nconst app = express()\nconst pool = new Pool()\nconst ask = (file) => pool.query({ text: fs.readFileSync('./' + file).toString(), values: [] })\napp.get('/notes', async (req, res) => res.json((await ask('sql/notes.sql')).rows))\napp.listen(3000)\n"

it('reads a statement that a file of the package holds', async () => {
  const found = await scanned({
    'package.json': '{ "name": "all" }',
    'server/package.json': START,
    'server/server.js': BY_FILE,
    'server/sql/notes.sql': 'select * from notes',
  })
  expect(found.tables.map(({ name }) => name)).toContain('notes')
  expect(routesOf(found)).toEqual(['GET /notes 0'])
})

it('understands no route that sends a statement of a file that is not there', async () => {
  expect(routesOf(await scanned({ 'server.js': BY_FILE }))).toEqual(['GET /notes 1'])
})
