import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { build } from './support/built.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

test('usertwo/testing is loaded without vitest, and gate() says what to install', async () => {
  await build()
  const place = mkdtempSync(join(tmpdir(), 'usertwo-no-vitest-'))
  try {
    for (const name of ['dist', 'package.json', 'migrations'])
      cpSync(join(ROOT, name), join(place, name), { recursive: true })
    const packages = join(place, 'node_modules')
    mkdirSync(packages)
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (!name.startsWith('.') && name !== 'vitest')
        symlinkSync(join(ROOT, 'node_modules', name), join(packages, name))
    const code = `import { gate, twoUsers } from './dist/proof/testing/index.js'
      console.log(typeof twoUsers)
      try { gate() } catch (error) { console.log(error.message) }`
    writeFileSync(join(place, 'run.mjs'), code)
    const { stdout } = await promisify(execFile)(process.execPath, [join(place, 'run.mjs')], { cwd: place })
    expect(stdout).toMatch(
      /^function\ngate\(\) .*vitest, which is not installed; run: npm install --save-dev vitest/,
    )
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}, 120_000)
