import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { built } from '../../test/support/built.js'
import type { loadProject } from './project.js'

const CONFIG = `{ app: { start: ['node', 'server.js'] }, owner: { id: 7 }, users: { table: 'users' } }`

let root: string
// The compiled module, as in production: vitest would read TypeScript itself.
let load: typeof loadProject
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'usertwo-project-'))
  load = (await built<{ loadProject: typeof loadProject }>('proof/gate/project.js')).loadProject
})
afterAll(() => rm(root, { recursive: true }))

async function folder(name: string, files: Record<string, string>): Promise<string> {
  const place = join(root, name)
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(place, file, '..'), { recursive: true })
    await writeFile(join(place, file), text)
  }
  return place
}

describe('a configuration is found in the app’s folder', () => {
  for (const [file, text] of [
    ['usertwo.config.mjs', `export default ${CONFIG}`],
    ['usertwo.config.cjs', `module.exports = ${CONFIG}`],
    ['usertwo.config.js', `module.exports = ${CONFIG}`],
    [
      'usertwo.config.cjs',
      `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${CONFIG}`,
    ],
  ] as const)
    test(`${file}: ${text.slice(0, 24)} …`, async () => {
      const { config, folder: found } = await load(
        await folder(text.slice(0, 20).replace(/\W/g, ''), { [file]: text }),
      )
      expect(config.owner.id).toBe(7)
      expect(found.startsWith(root)).toBe(true)
    })
})

test('an error for a folder without one lists every file name', async () => {
  await expect(load(await folder('none', { 'package.json': '{}' }))).rejects.toThrow(
    /usertwo\.config\.js, usertwo\.config\.mjs, usertwo\.config\.cjs, usertwo\.config\.ts/,
  )
})

describe('one in TypeScript', () => {
  const text = `const id: number = 7\nexport default { ...${CONFIG}, owner: { id } }`
  const reads = Boolean((process.features as { typescript?: unknown }).typescript)

  test.skipIf(reads)('is refused with the fix if nothing can read it', async () => {
    await expect(load(await folder('bare-ts', { 'usertwo.config.ts': text }))).rejects.toThrow(
      /does not read TypeScript: install tsx beside it/,
    )
  })
})
