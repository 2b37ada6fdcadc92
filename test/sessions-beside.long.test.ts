// An app whose sessions are not a login, from its bare folder to GO, by `usertwo init --yes` alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, lay, plant, usertwo } from './init/play.mjs'
import { build } from './support/built.js'

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = await lay('filters')
})
afterAll(() => app?.remove())

test('init classifies the table of sessions, which the app makes in a request, and its drive keeps the cookies', async () => {
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^table session +likely .*sessions that are not a login.*\(server\.js:4\)$/m)
  expect(stdout).toMatch(/^Look at:[\s\S]*server\.js:4: let a migration make the table session/m)
  const written = (file: string) => readFileSync(join(app.folder, file), 'utf8')
  expect(written('usertwo.config.cjs')).toMatch(/session: \{ access: 'session' \}/)
  expect(written('usertwo/seed.sql')).toContain('create table if not exists "session"')
  expect(written('usertwo/drive.mjs')).toContain('headers.cookie =')
  expect(written('usertwo/baseline.har')).toContain('"cookie"')
}, 120_000)

test('the owner is answered as before with their cookie, at phases 4 to 6', async () => {
  for (const [phase, check] of [
    ['4', 'auth.baseline'],
    ['6', 'isolation.baseline,isolation.at-once,isolation.no-interference'],
  ] as const)
    expect((await gated(app.folder, phase, '--only', check)).red).toEqual([])
}, 300_000)

test('a store that requests may not reach, as before there was a class for it, is NO-GO', async () => {
  plant(app.folder, { file: 'usertwo.config.cjs', from: "access: 'session'", to: "access: 'closed'" })
  const { go, red } = await gated(app.folder, '6', '--only', 'isolation.baseline,isolation.at-once')
  expect(go).toBe(false)
  expect(red).toEqual(expect.arrayContaining([expect.stringMatching(/^isolation\.baseline: fail: .*status/)]))
}, 300_000)
