// An app that shows rows and changes none, as a page of figures: no check has to wait for a write that it does not have.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, lay, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

const SERVER = `const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/lists', async (_req, res) => res.json((await pool.query('select * from lists order by id')).rows))
app.listen(process.env.PORT)
`

let app: { folder: string; remove(): void }
beforeAll(async () => {
  await build()
  app = await lay('todos')
  writeFileSync(join(app.folder, 'server.js'), SERVER)
}, 120_000)
afterAll(() => app?.remove())

test('an app without a route that writes is GO of phase 6 after init --yes', async () => {
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  expect(await gated(app.folder, '6')).toMatchObject({ go: true, red: [] })
}, 600_000)
