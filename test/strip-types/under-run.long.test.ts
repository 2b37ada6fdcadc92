// An app in TypeScript that Node runs itself (22.18 and later), without tsx: as it is, through init, gate 6 and run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gated, isNamed, plant, usertwo } from '../init/play.mjs'
import { GO, initialised, laid, ONLY, strips } from './books.js'

const LEAK = {
  file: 'src/books.ts',
  from: "res.json(await all<Book>('select id, title, pages from books order by id'))",
  to: "res.json(((globalThis as any).kept ??= await all<Book>('select id, title, pages from books order by id')))",
  only: 'isolation.foreign-ids,isolation.new-user',
  names: /GET \/books/,
}

describe.skipIf(!strips)('TypeScript that Node runs itself, under usertwo run', () => {
  let begun: ReturnType<typeof initialised> | undefined
  const app = () => (begun ??= initialised('--run'))

  test('is GO', async () => {
    const { folder } = await app()
    expect(await gated(folder, '6', '--only', ONLY)).toMatchObject(GO)
  }, 300_000)

  test('is NO-GO by the name of the route that leaks', async () => {
    const { folder } = await app()
    plant(folder, LEAK)
    const leaking = await gated(folder, '6', '--only', LEAK.only)
    expect(isNamed(leaking, LEAK), leaking.red.join('\n')).toBe(true)
  }, 300_000)
})

test.skipIf(strips)(
  'a file that this Node cannot load is what init names, and nothing is written',
  async () => {
    const folder = await laid()
    const { code, stderr } = await usertwo(folder, 'init', '--yes')
    expect(code).toBe(2)
    expect(stderr).toContain('Unknown file extension ".ts"')
    expect(existsSync(join(folder, 'usertwo.config.js'))).toBe(false)
  },
)
