// Runs before each test file: what the file has replaced or made is gone when the next one begins in the same process.
import { afterAll, vi } from 'vitest'
import { endFile } from './file-end.js'

afterAll(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  await endFile()
})
