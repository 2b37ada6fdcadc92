import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { readForInit } from '../init/reading/reading.js'
import { outputs } from './output/outputs.js'
import { scan } from './scan.js'

type Files = Record<string, string>

function appOf(files: Files, dependencies: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-databases-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const all = {
    'package.json': JSON.stringify({
      scripts: { start: 'node server.js' },
      dependencies: Object.fromEntries(['express', ...dependencies].map((name) => [name, '*'])),
    }),
    ...files,
    'server.js': `const express = require('express')\nconst app = express()\n${files['server.js']}\napp.get('/notes', list)\napp.listen(process.env.PORT)\n`,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const reportOf = async (folder: string) => {
  const { render } = outputs.find(({ name }) => name === 'markdown')!
  const terminal = outputs.find(({ name }) => name === 'terminal')!
  const report = { ...(await scan(folder)), next: 'x' }
  const [first, second] = stripVTControlCharacters(terminal.render(report)).split('\n')
  return { first: `${first} ${second?.trim() ?? ''}`.trim(), markdown: render(report) }
}

const schema = (provider: string) =>
  `generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "${provider}"\n}\n`

/** name, what is installed, the files, the database in words, the section of the page */
const ELSEWHERE: [name: string, installed: string[], files: Files, words: string, section: string][] = [
  [
    'mongodb',
    ['mongodb'],
    { 'server.js': "const { MongoClient } = require('mongodb')" },
    'MongoDB, by mongodb at server.js:3',
    'mongodb',
  ],
  [
    'mongoose, in a model',
    ['mongoose'],
    { 'server.js': "require('./note')", 'note.js': "const mongoose = require('mongoose')" },
    'MongoDB, by mongoose at note.js:1',
    'mongodb',
  ],
  [
    'mysql2 by promises',
    ['mysql2'],
    { 'server.js': "const mysql = require('mysql2/promise')" },
    'MySQL, by mysql2/promise at server.js:3',
    'mysql',
  ],
  [
    'knex on MySQL, by a knexfile',
    ['knex', 'mysql2'],
    {
      'server.js': "const db = require('knex')(require('./knexfile'))",
      'knexfile.js': "module.exports = { client: 'mysql2' }",
    },
    'MySQL, by knex (mysql2) at knexfile.js:1',
    'mysql',
  ],
  [
    'knex on SQLite',
    ['knex', 'better-sqlite3'],
    { 'server.js': "const knex = require('knex')\nconst db = knex({ client: 'better-sqlite3' })" },
    'SQLite, by knex (better-sqlite3) at server.js:4',
    'sqlite',
  ],
  [
    'Prisma on SQLite',
    ['@prisma/client'],
    {
      'server.js': "const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()",
      'prisma/schema.prisma': schema('sqlite'),
    },
    'SQLite, by @prisma/client at server.js:3',
    'sqlite',
  ],
  [
    'Prisma on MySQL, generated into the app',
    ['@prisma/client'],
    {
      'server.js': "const { PrismaClient } = require('./generated/client')",
      'prisma/schema.prisma': schema('mysql'),
    },
    'MySQL, by @prisma/client at server.js:3',
    'mysql',
  ],
  [
    'better-sqlite3',
    ['better-sqlite3'],
    { 'server.js': "const Database = require('better-sqlite3')" },
    'SQLite, by better-sqlite3 at server.js:3',
    'sqlite',
  ],
  [
    'node:sqlite',
    [],
    { 'server.js': "const { DatabaseSync } = require('node:sqlite')" },
    'SQLite, by node:sqlite at server.js:3',
    'sqlite',
  ],
  [
    'sqlite3, loaded inside an expression',
    ['sqlite3'],
    { 'server.js': "const db = new (require('sqlite3').verbose().Database)('a.db')" },
    'SQLite, by sqlite3 at server.js:3',
    'sqlite',
  ],
  [
    'libsql below Drizzle',
    ['@libsql/client', 'drizzle-orm'],
    { 'server.js': "const { drizzle } = require('drizzle-orm/libsql')" },
    'SQLite, by drizzle-orm/libsql at server.js:3',
    'sqlite',
  ],
  [
    'Sequelize by a URL',
    ['sequelize', 'sqlite3'],
    {
      'server.js': "const { Sequelize } = require('sequelize')\nconst db = new Sequelize('sqlite::memory:')",
    },
    'SQLite, by sequelize (sqlite) at server.js:4',
    'sqlite',
  ],
  [
    'Sequelize whose options are elsewhere',
    ['sequelize', 'mysql2'],
    { 'server.js': "const Sequelize = require('sequelize')\nconst db = new Sequelize(process.env.URL)" },
    'MySQL, by sequelize at server.js:3',
    'mysql',
  ],
  [
    'TypeORM, by type',
    ['typeorm', 'sqlite3'],
    {
      'server.js': "const { DataSource } = require('typeorm')\nconst db = new DataSource({ type: 'sqlite' })",
    },
    'SQLite, by typeorm (sqlite) at server.js:4',
    'sqlite',
  ],
  [
    'Kysely, by its dialect',
    ['kysely', 'better-sqlite3'],
    { 'server.js': "const { Kysely, SqliteDialect } = require('kysely')" },
    'SQLite, by kysely (SqliteDialect) at server.js:3',
    'sqlite',
  ],
  [
    'a file of JSON',
    [],
    { 'server.js': "const save = (notes) => fs.writeFileSync('notes.json', JSON.stringify(notes))" },
    'a file of JSON, by writeFileSync at server.js:3',
    'a-file-of-json',
  ],
  [
    'the client of Supabase',
    ['@supabase/supabase-js'],
    { 'server.js': "const { createClient } = require('@supabase/supabase-js')" },
    'Supabase’s HTTP API, by @supabase/supabase-js at server.js:3',
    'supabase',
  ],
]

it.each(ELSEWHERE)(
  '%s: scan says so first, and init refuses it by its place',
  async (_, installed, files, words, section) => {
    const folder = appOf(files, installed)
    const page = `docs/start/which-database.md#${section}`
    const { first, markdown } = await reportOf(folder)
    expect(first).toBe(`Database: ${words}: usertwo separates users in PostgreSQL alone`)
    expect(markdown).not.toMatch(/## Phase|usertwo\.config/)
    await expect(readForInit(folder, { run: false, 'keep-login': false })).rejects.toThrow(
      `${words}: usertwo separates users in PostgreSQL alone; ${page}`,
    )
  },
)

it.each<[name: string, installed: string[], code: string, words: string]>([
  ['pg', ['pg'], "const { Pool } = require('pg')\nconst pool = new Pool()", 'pg at server.js:4'],
  [
    'SQLite in development alone',
    ['knex', 'pg', 'sqlite3'],
    "const knex = require('knex')\nconst db = knex(isLocal ? { client: 'sqlite3' } : { client: 'pg' })",
    'knex at server.js:4; also SQLite, by knex (sqlite3) at server.js:4',
  ],
  [
    'a client by the environment',
    ['knex', 'pg'],
    "const db = require('knex')({ client: process.env.CLIENT || 'pg' })",
    'knex at server.js:3',
  ],
  [
    'files of Supabase next to pg',
    ['pg', '@supabase/supabase-js'],
    "const { Pool } = require('pg')\nconst { createClient } = require('@supabase/supabase-js')\nconst pool = new Pool()",
    'pg at server.js:5; also Supabase’s HTTP API, by @supabase/supabase-js at server.js:4',
  ],
])('%s is PostgreSQL', async (_, installed, code, words) => {
  const { first } = await reportOf(appOf({ 'server.js': code }, installed))
  expect(first).toMatch(`Database: PostgreSQL, by ${words}`)
})

it('keeps the fix by hand where no phase comes', async () => {
  const folder = appOf(
    {
      'server.js':
        "const db = require('better-sqlite3')('a.db')\nconst cors = require('cors')\napp.use(cors())\nconst list = (req, res) => res.json(all())\nconst find = (title) => pool.query('select * from notes where title = ' + title)",
    },
    ['better-sqlite3', 'cors'],
  )
  const { markdown } = await reportOf(folder)
  expect(markdown).toContain('**Fix:** Bind the value')
  expect(markdown).toContain('CORS for every origin')
  expect(markdown).not.toContain('List exact origins')
})
