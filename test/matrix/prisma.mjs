// The packages of Prisma, and the client that it generates.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { installPinned } from '../../scripts/prepare/pinned.mjs'

/** Prisma of package-lock.json in prisma/. */
export const installPrisma = () => installPinned('test/matrix/prisma', 'Prisma for the matrix')

/** Makes Prisma's client. Its schema engine has nothing to do for that, but `generate` downloads one unless it is named. */
export async function generatePrisma(folder, schema) {
  const engine = join(mkdtempSync(join(tmpdir(), 'usertwo-engine-')), 'no-engine')
  writeFileSync(engine, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  try {
    await promisify(execFile)('node_modules/.bin/prisma', ['generate', '--schema', schema], {
      cwd: folder,
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: engine, CHECKPOINT_DISABLE: '1' },
    })
  } finally {
    rmSync(dirname(engine), { recursive: true })
  }
}
