import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findHealth } from './health.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-health-'))
afterAll(() => rmSync(place, { recursive: true }))

/** What is found in an app without routes that serves these folders. */
const found = (...folders: string[]) =>
  findHealth(
    [],
    { ask: () => Promise.reject(new Error('it has no routes')), statements: async () => [] },
    folders.map((name) => ({ at: `/${name}`, folder: join(place, name) })),
    () => false,
  )

test('a served folder that does not exist is passed over, as is an empty one and a file', async () => {
  mkdirSync(join(place, 'empty'))
  writeFileSync(join(place, 'page.html'), '')
  expect(await found('uploads', 'empty', 'page.html')).toMatchObject({ path: '/ready', sure: 'certain' })
  mkdirSync(join(place, 'public', 'css'), { recursive: true })
  writeFileSync(join(place, 'public', 'css', 'site.css'), '')
  expect(await found('uploads', 'public')).toMatchObject({ path: '/public/css/site.css', public: true })
})
