// An app in TypeScript that Node runs itself (22.18 and later), without tsx: through init, gate 6 and run.
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gated, isNamed, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

const ONLY = 'isolation.baseline,isolation.login-required,isolation.foreign-ids'
const LEAK = {
  file: 'src/books.ts',
  from: "res.json(await all<Book>('select id, title, pages from books order by id'))",
  to: "res.json(((globalThis as any).kept ??= await all<Book>('select id, title, pages from books order by id')))",
  only: 'isolation.foreign-ids,isolation.new-user',
  names: /GET \/books/,
}
const MODULES = new URL('../../node_modules', import.meta.url).pathname
const strips = Boolean((process.features as { typescript?: unknown }).typescript)

const GO = { go: true, checks: 3, red: [] }

const lay = () => layFolder(new URL('books', import.meta.url), [MODULES])
const laid: { remove(): void }[] = []
beforeAll(build)
afterAll(() => {
  for (const { remove } of laid) remove()
})

/** The app with what init has written for it, and what it printed. */
async function initialised(...options: string[]) {
  const app = lay()
  laid.push(app)
  const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes', ...options)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return { folder: app.folder, printed: stdout }
}

describe.skipIf(!strips)('TypeScript that Node runs itself', () => {
  test('is GO by its second entry, and in its own files with the printed edits', async () => {
    const { folder, printed } = await initialised()
    expect(printed).toMatch(/^start +certain +node src\/server\.ts/m)
    expect(await gated(folder, '6', '--only', ONLY)).toEqual(GO)

    execFileSync('patch', ['-p1'], { cwd: folder, input: /^--- a\/[\s\S]*(?=^Next: )/m.exec(printed)![0] })
    rmSync(join(folder, 'server.hardened.js'))
    expect(await gated(folder, '6', '--only', ONLY)).toEqual(GO)
  }, 300_000)

  describe('as it is, under usertwo run', () => {
    let begun: ReturnType<typeof initialised> | undefined
    const app = () => (begun ??= initialised('--run'))

    test('is GO', async () => {
      const { folder } = await app()
      expect(await gated(folder, '6', '--only', ONLY)).toEqual(GO)
    }, 300_000)

    test('is NO-GO by the name of the route that leaks', async () => {
      const { folder } = await app()
      plant(folder, LEAK)
      const leaking = await gated(folder, '6', '--only', LEAK.only)
      expect(isNamed(leaking, LEAK), leaking.red.join('\n')).toBe(true)
    }, 300_000)
  })
})

test.skipIf(strips)(
  'a Node that does not read TypeScript is what init names, and nothing is written',
  async () => {
    const app = lay()
    laid.push(app)
    const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code).toBe(2)
    expect(stderr).toContain('Unknown file extension ".ts"')
    expect(existsSync(join(app.folder, 'usertwo.config.js'))).toBe(false)
  },
)
