import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

test('what is built already is not built again: other tests read it meanwhile', async () => {
  const { buildToolkit } = (await import(new URL('../scripts/prepare/build.mjs', import.meta.url).href)) as {
    buildToolkit(): void
  }
  const written = () => ['.built', '.tsbuildinfo'].map((name) => statSync(join(ROOT, 'dist', name)).mtimeMs)
  buildToolkit()
  const before = written()
  buildToolkit()
  expect(written()).toEqual(before)
})

test('the command that was built may be run: `npx usertwo` in an example runs that very file', () => {
  expect(statSync(join(ROOT, 'dist', 'cli', 'main.js')).mode & 0o111).toBe(0o111)
})
