// An app in TypeScript that Node runs itself (22.18 and later), without tsx: through init, gate 6 and run.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

let app: { folder: string; remove(): void }
beforeAll(build)
beforeEach(() => {
  app = layFolder(new URL('books', import.meta.url), [MODULES])
})
afterEach(() => app.remove())

describe.skipIf(!strips)('TypeScript that Node runs itself', () => {
  test('is read by init, and is GO in its own files with the printed edits', async () => {
    const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^start +certain +node src\/server\.ts/m)
    expect(await gated(app.folder, '6', '--only', ONLY)).toEqual({ go: true, checks: 3, red: [] })

    execFileSync('patch', ['-p1'], { cwd: app.folder, input: /^--- a\/[\s\S]*(?=^Next: )/m.exec(stdout)![0] })
    rmSync(join(app.folder, 'server.hardened.js'))
    expect(await gated(app.folder, '6', '--only', ONLY)).toEqual({ go: true, checks: 3, red: [] })
  }, 300_000)

  test('is GO without an edit under usertwo run, and a leak in it is named', async () => {
    const { code, stderr } = await usertwo(app.folder, 'init', '--yes', '--run')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(await gated(app.folder, '6', '--only', ONLY)).toEqual({ go: true, checks: 3, red: [] })

    plant(app.folder, LEAK)
    const leaking = await gated(app.folder, '6', '--only', LEAK.only)
    expect(isNamed(leaking, LEAK), leaking.red.join('\n')).toBe(true)
  }, 300_000)
})

test.skipIf(strips)(
  'a Node that does not read TypeScript is what init names, and nothing is written',
  async () => {
    const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code).toBe(2)
    expect(stderr).toContain('Unknown file extension ".ts"')
  },
)
