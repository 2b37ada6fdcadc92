import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { findBinaries } from './embedded/binaries.js'
import { startEmbedded } from './embedded.js'
import { throwAwayServer } from './throw-away.js'

const failing = vi.hoisted(() => ({ initdb: '' }))
vi.mock(import('./embedded/binaries.js'), async (original) => {
  const { findBinaries } = await original()
  return { findBinaries: async (...given) => ({ ...(await findBinaries(...given)), ...failing }) }
})

const folder = mkdtempSync(join(tmpdir(), 'usertwo-initdb-'))
const temporary = join(folder, 'tmp')

beforeAll(async () => {
  mkdirSync(temporary)
  for (const open of [folder, temporary]) chmodSync(open, 0o755)
  // Runs the real initdb, which makes a whole cluster, and then reports a failure.
  const { initdb } = await findBinaries()
  failing.initdb = join(folder, 'initdb')
  writeFileSync(failing.initdb, `#!/bin/sh\n'${initdb}' "$@"\nexit 1\n`)
  chmodSync(failing.initdb, 0o755)
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => expect(readdirSync(temporary)).toEqual([]))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('a throw-away server whose initdb fails leaves nothing behind', async () => {
  await expect(throwAwayServer()).rejects.toThrow('initdb could not make a database')
})

test('a kept server whose initdb fails leaves the folder as it was', async () => {
  const dataDir = join(folder, 'kept')
  await expect(startEmbedded({ dataDir, persistent: true })).rejects.toThrow('initdb could not')
  expect(existsSync(dataDir)).toBe(false)
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'notes.txt'), 'mine')
  await expect(startEmbedded({ dataDir, persistent: true })).rejects.toThrow('initdb could not')
  expect(readdirSync(dataDir)).toEqual(['notes.txt'])
})
