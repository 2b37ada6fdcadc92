// What `migrate up` would break is said by init, before anything is changed.
import { afterEach, beforeAll, expect, test } from 'vitest'
import { lay, plant, usertwo } from './init/play.mjs'
import { build } from './support/built.js'

beforeAll(build, 120_000)
let app: { folder: string; remove(): void }
afterEach(() => app?.remove())

const initialised = async (change: { file: string; from: string; to: string } | null) => {
  app = await lay('board')
  if (change) plant(app.folder, { ...change, only: '', names: /./ })
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stdout + stderr).toBe(0)
  return stdout + stderr
}

test('nothing in an honest app', async () => {
  const printed = await initialised(null)
  expect(printed).toMatch(/tries every statement on the schema to come/)
  expect(printed).not.toMatch(/fails (?:without|in a)|would stop|were not tried/)
}, 180_000)

test('a statement that counts the columns of a table, by its place and with the fix', async () => {
  const printed = await initialised({
    file: 'src/app.js',
    from: "  app.post('/:id/copies', (_req, res) => {",
    to: `  app.get('/all/twice', async (req, res) => {
    res.json((await req.app.get('db').raw('select *, 1 from todos union all select id, title, done, 2 from todos')).rows)
  })
  app.post('/:id/copies', (_req, res) => {`,
  })
  expect(printed).toMatch(
    /src\/app\.js:\d+: fails without usertwo after `migrate up`: 42601 .*write: select id, title, done, 1 from todos union all/,
  )
}, 180_000)
