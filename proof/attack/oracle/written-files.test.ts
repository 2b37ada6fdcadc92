import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addressesOf, type FileWatch, watchFiles } from './written-files.js'

let app: string
let elsewhere: string
let watch: FileWatch
beforeEach(async () => {
  app = mkdtempSync(join(tmpdir(), 'usertwo-app-'))
  elsewhere = mkdtempSync(join(tmpdir(), 'usertwo-elsewhere-'))
  for (const folder of ['public/up', 'node_modules/x']) mkdirSync(join(app, folder), { recursive: true })
  for (const file of [join(app, 'public/old.txt'), join(elsewhere, 'old.txt')]) {
    writeFileSync(file, 'as it was')
    utimesSync(file, 1, 1)
  }
  watch = await watchFiles(app)
  await watch.also([elsewhere, join(app, 'public')])
})
afterEach(async () => {
  await watch.close()
  for (const folder of [app, elsewhere]) rmSync(folder, { recursive: true })
})

test('sees what was made and what was changed, in every folder, and not what a package holds', async () => {
  expect(await watch.written()).toEqual([])
  const made = [
    join(app, 'public/up/a.csv'),
    join(app, 'public/old.txt'),
    join(elsewhere, 'b.csv'),
    join(watch.temporary, 'c.csv'),
  ]
  for (const file of made) writeFileSync(file, 'new')
  writeFileSync(join(app, 'node_modules/x/d.csv'), 'new')
  writeFileSync(join(app, 'empty'), '')
  const written = await watch.written()
  expect(written.map(({ file }) => file).sort()).toEqual([...made].sort())
  expect(String(written[0]!.content)).toBe('new')
})

test('waits for what is still being written after the answers, to its end', async () => {
  const late = join(app, 'public/late.csv')
  const lines = [0, 1, 2, 3].map((turn) =>
    setTimeout(() => appendFileSync(late, `line ${turn}\n`), 600 * (turn + 1)),
  )
  const written = await watch.written()
  for (const line of lines) clearTimeout(line)
  expect(written.map(({ file, content }) => [file, String(content)])).toEqual([
    [late, 'line 0\nline 1\nline 2\nline 3\n'],
  ])
})

test('knows a file’s address by the folder that is served, and guesses by its path', () => {
  const served = [
    { at: '/files', folder: join(app, 'public') },
    { at: '/', folder: elsewhere },
  ]
  expect(addressesOf({ file: join(app, 'public/up/a b.csv') }, app, served)).toEqual([
    '/files/up/a%20b.csv',
    '/public/up/a%20b.csv',
    '/up/a%20b.csv',
    '/a%20b.csv',
  ])
  expect(addressesOf({ file: join(elsewhere, 'b.csv') }, app, served)).toEqual(['/b.csv'])
})
