import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { findApp } from './express-app.js'

async function appIn(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-made-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const config = parseConfig({
    app: { start: ['node', 'bin/www.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  return findApp((await readSources(folder, config)).server)?.at
}
const APP = "const express = require('express')\nconst app = express()\nmodule.exports = app\n"

test.each<[name: string, files: Record<string, string>, at: string]>([
  [
    'when the database has answered',
    {
      'bin/www.js':
        "const express = require('express')\nrequire('../db').authenticate().then(() => {\n  const app = express()\n  app.listen(process.env.PORT)\n})\n",
      'db.js': '',
    },
    'bin/www.js:3',
  ],
  [
    'in a file that is loaded when the database has answered',
    { 'bin/www.js': "db.authenticate().then(() => require('../app').listen(3000))\n", 'app.js': APP },
    'app.js:2',
  ],
  [
    'as tsc writes it',
    {
      'bin/www.js':
        '"use strict";\nvar __importDefault = (this && this.__importDefault) || function (mod) { return mod; };\nconst express_1 = __importDefault(require("express"));\nconst app = (0, express_1.default)();\napp.listen(3000);\n',
    },
    'bin/www.js:4',
  ],
  [
    'as tsc writes it with tslib',
    {
      'bin/www.js':
        'const tslib_1 = require("tslib");\nconst express_1 = tslib_1.__importDefault(require("express"));\nconst app = express_1.default();\napp.listen(3000);\n',
    },
    'bin/www.js:3',
  ],
  [
    'in a file named by path.join',
    {
      'bin/www.js':
        "const path = require('path')\nconst root = path.resolve(__dirname, '..')\nconst app = require(path.join(root, 'server'))\napp.listen(3000)\n",
      'server.js': APP,
    },
    'server.js:2',
  ],
  [
    'in a file named by __dirname',
    { 'bin/www.js': "require(__dirname + '/../server').listen(3000)\n", 'server.js': APP },
    'server.js:2',
  ],
  [
    'in a file named by a template',
    { 'bin/www.js': `require(\`\${__dirname}/../server\`).listen(3000)\n`, 'server.js': APP },
    'server.js:2',
  ],
])('finds an app that is made %s', async (_, files, at) => {
  expect(await appIn(files)).toBe(at)
})

test('takes a call of something else in a sequence for no app', async () => {
  const text =
    'const express_1 = __importDefault(require("express"));\nconst other_1 = __importDefault(require("other"));\nconst one = (0, other_1.default)();\nconst router = (0, express_1.Router)();\n'
  expect(await appIn({ 'bin/www.js': text })).toBeUndefined()
})
