import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { layFolder, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'
import { atFileEnd } from '../support/file-end.js'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** Whether this Node runs TypeScript. */
export const strips = Boolean((process.features as { typescript?: unknown }).typescript)
/** The checks of gate 6 that run here. */
export const ONLY = 'isolation.baseline,isolation.login-required,isolation.foreign-ids'
export const GO = { go: true, checks: 3, red: [] }

/** A copy of the app with its packages, until the tests are over. */
export async function laid(): Promise<string> {
  await build()
  const { folder, remove } = layFolder(new URL('books', import.meta.url), [MODULES])
  atFileEnd(remove)
  return folder
}

/** The same with what init has written for it, and what it printed. */
export async function initialised(...options: string[]): Promise<{ folder: string; printed: string }> {
  const folder = await laid()
  const { code, stdout, stderr } = await usertwo(folder, 'init', '--yes', ...options)
  expect(code, stderr).toBe(0)
  return { folder, printed: stdout }
}
