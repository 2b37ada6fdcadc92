import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect } from 'vitest'
import { gated, layFolder, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

/** One text of the app, and what it is replaced by. */
export type Planted = readonly [from: string, to: string]

/** An app of this folder, recorded, in a folder of its own for the tests of one file. */
export function gatedApp(name: string) {
  let app: { folder: string; remove(): void }
  beforeAll(async () => {
    await build()
    app = layFolder(new URL(name, import.meta.url), [
      fileURLToPath(new URL('../../node_modules', import.meta.url)),
    ])
    for (const command of [
      ['baseline', 'record'],
      ['inventory', '--write'],
    ]) {
      const { code, stderr } = await usertwo(app.folder, ...command)
      expect(code, stderr).toBe(0)
    }
  }, 180_000)
  afterAll(() => app?.remove())

  const gate = (...args: string[]) => gated(app.folder, ...args)
  return {
    gate,
    /** The verdict of some checks with texts of the app replaced, which is undone. */
    async planted(phase: string, only: string, ...texts: Planted[]) {
      const file = join(app.folder, 'app.js')
      const before = readFileSync(file, 'utf8')
      for (const [from, to] of texts) plant(app.folder, { file: 'app.js', from, to })
      const verdict = await gate(phase, '--only', only)
      writeFileSync(file, before)
      return verdict
    },
  }
}
