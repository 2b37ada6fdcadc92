// An app of this folder, laid out for one test file, and the verdict of isolation.live with a text of it replaced.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { gated, layFolder, plant } from '../init/play.mjs'
import { build } from '../support/built.js'

export const ONLY = ['6', '--only', 'isolation.live'] as const

/** Lays the app out before the tests of a file, and removes it after them. */
export function liveApp(name: string) {
  let laid: { folder: string; remove(): void }
  beforeAll(async () => {
    await build()
    laid = layFolder(new URL(name, import.meta.url), [
      fileURLToPath(new URL('../../node_modules', import.meta.url)),
    ])
  })
  afterAll(() => laid?.remove())
  return {
    get folder() {
      return laid.folder
    },
    /** The verdict with one text of the app replaced, which is undone. */
    async planted(from: string, to: string) {
      const file = join(laid.folder, 'server.js')
      const before = readFileSync(file, 'utf8')
      plant(laid.folder, { file: 'server.js', from, to })
      const verdict = await gated(laid.folder, ...ONLY)
      writeFileSync(file, before)
      return verdict
    },
  }
}
