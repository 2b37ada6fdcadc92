// A whole app from its bare folder to GO of all eight phases, by `usertwo init --yes` alone.
import { expect, test } from 'vitest'
import { build } from '../support/built.js'
import { gated, lay, usertwo } from './play.mjs'

test.each([
  ['a todo backend with /:id at its root and a token of its own', 'board'],
  ['an app whose tables are partitioned by range, list and hash', 'meter'],
])(
  '%s is GO of all eight phases',
  async (_, name) => {
    await build()
    const app = await lay(name)
    try {
      const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
      expect(code, stdout + stderr).toBe(0)
      const { go, checks, red } = await gated(app.folder)
      expect(red).toEqual([])
      expect(go).toBe(true)
      expect(checks).toBeGreaterThan(70)
    } finally {
      app.remove()
    }
  },
  1_200_000,
)
