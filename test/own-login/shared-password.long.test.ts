// Lists of what to pack, behind one password for everybody: init shows what to take out, and usertwo's accounts replace it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { attackedAtOnce } from '../matrix/libraries.mjs'
import { build } from '../support/built.js'

let app: { folder: string; remove(): void }

const laid = () =>
  layFolder(new URL('shared-app', import.meta.url), [
    fileURLToPath(new URL('../../node_modules', import.meta.url)),
  ])

beforeAll(async () => {
  await build()
  app = laid()
}, 180_000)
afterAll(() => app?.remove())

/** The source without the lines that init shows with a minus. */
function without(shown: string, source: string): string {
  const gone = new Set<number>()
  for (const [, line, lines] of shown.matchAll(/^@@ line (\d+) @@\n((?:-(?!-- ).*\n?)+)/gm))
    for (const [at] of lines!.trimEnd().split('\n').entries()) gone.add(Number(line) + at)
  return source
    .split('\n')
    .filter((_, at) => !gone.has(at + 1))
    .join('\n')
}

test('init --yes refuses it, and shows the guard and its routes as lines to take out', async () => {
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code).toBe(2)
  expect(stderr).toContain('the app asks everybody for one password (a form, POST /login)')
  const file = join(app.folder, 'app.js')
  const changed = without(stderr, readFileSync(file, 'utf8'))
  expect(changed).not.toMatch(/use\(guard\)|APP_PASSWORD|app\.\w+\('\/log(?:in|out)'/)
  writeFileSync(file, changed)
}, 60_000)

test('without them it is adopted, and the gates are GO of all phases', async () => {
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
  const { go, red } = await gated(app.folder)
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 1_200_000)

test('two users at once get their own rows, by accounts of usertwo', async () => {
  const rows = { '/api/lists': 'lists', '/api/items': 'items' }
  expect(await attackedAtOnce(app.folder, { rows })).toMatchObject({
    requests: 400,
    foreign: 0,
    ownMissing: 0,
    other: 0,
  })
}, 180_000)

test('a guard that init does not recognise is said to redirect most of the recording', async () => {
  const other = laid()
  const to = "createHash('sha256').update(String(req.body?.password)).digest('hex') !== (await hashOf())"
  try {
    plant(other.folder, { file: 'app.js', from: 'req.body?.password !== process.env.APP_PASSWORD', to })
    plant(other.folder, { file: 'app.js', from: "post('/login', (req", to: "post('/login', async (req" })
    plant(other.folder, {
      file: 'app.js',
      from: "import session from 'express-session'",
      to: "import { createHash } from 'node:crypto'\nimport session from 'express-session'\nimport { hashOf } from './hash.js'",
    })
    writeFileSync(join(other.folder, 'hash.js'), "export const hashOf = async () => 'stored elsewhere'\n")
    const { code, stdout } = await usertwo(other.folder, 'init', '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/most of the recording was redirected: .*Redirecting to \/login.*one password/)
  } finally {
    other.remove()
  }
}, 180_000)
