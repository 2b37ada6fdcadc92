import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { workerScripts } from './service-worker.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-worker-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function found(files: Record<string, string>, pages: Record<string, string> = {}, at = '/') {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const folders = [
    { at, folder },
    { at: '/uploads', folder: join(folder, 'not-there') },
  ]
  return workerScripts(folders, new Map(Object.entries(pages))).map(({ route }) => route)
}

test.each([
  ['a page', { 'index.html': "<script>navigator.serviceWorker.register('/sw.js')</script>", 'sw.js': '' }],
  ['a page, from its address', { 'index.html': 'navigator.serviceWorker.register("sw.js")', 'sw.js': '' }],
  [
    'a script',
    { 'js/app.js': 'navigator.serviceWorker\n  .register(`./sw.js`, { scope: "/" })', 'sw.js': '' },
  ],
  ['a bundle with Workbox', { 'app.mjs': 'const wb=new Workbox("/sw.js",{})', 'sw.js': '' }],
])('a worker that %s installs', (_by, files) => {
  expect(found(files)).toEqual(['GET /sw.js'])
})

test('a worker that a page of a template installs, in a folder with a prefix', () => {
  const page = "navigator.serviceWorker.register('/assets/worker.js')"
  expect(found({ 'worker.js': '' }, { '/books/1': page }, '/assets')).toEqual(['GET /assets/worker.js'])
})

test.each([
  ['no file', { 'index.html': "navigator.serviceWorker.register('/sw.js')" }],
  [
    'another origin',
    { 'index.html': "navigator.serviceWorker.register('https://cdn.example/sw.js')", 'sw.js': '' },
  ],
  ['a query', { 'index.html': "navigator.serviceWorker.register('/sw%20a.js')", 'sw a.js': '' }],
  ['never installed', { 'index.html': '<p>', 'sw.js': "self.addEventListener('fetch', () => {})" }],
  ['outside the folder', { 'index.html': "navigator.serviceWorker.register('/../secret.js')" }],
])('a script that no worker has: %s', (_what, files) => {
  expect(found(files)).toEqual([])
})
