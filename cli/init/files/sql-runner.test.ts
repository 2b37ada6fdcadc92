import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import { SQL_RUNNER_TEXT } from './sql-runner.js'

test('runs SQL files also where pnpm keeps pg out of reach of the app, by the pg of usertwo', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-sql-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const own = join(folder, 'node_modules/.pnpm/usertwo/node_modules')
  mkdirSync(join(own, 'usertwo'), { recursive: true })
  writeFileSync(
    join(own, 'usertwo/package.json'),
    '{ "type": "module", "exports": { "import": "./index.js" } }',
  )
  writeFileSync(join(own, 'usertwo/index.js'), '')
  symlinkSync(resolve('node_modules/pg'), join(own, 'pg'))
  symlinkSync(join(own, 'usertwo'), join(folder, 'node_modules/usertwo'))
  writeFileSync(join(folder, 'sql.mjs'), SQL_RUNNER_TEXT)
  writeFileSync(join(folder, 'a.sql'), 'create database x;\ncreate table plants (id serial)')
  const { adminUrl } = await freshDatabase()
  const env = { ...process.env, DATABASE_URL: adminUrl }
  await promisify(execFile)(process.execPath, ['sql.mjs', 'a.sql'], { cwd: folder, env })
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  const { rows } = await client.query("select to_regclass('plants') is not null as made")
  await client.end()
  expect(rows).toEqual([{ made: true }])
})
