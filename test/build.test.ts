import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

test('what is built already is not built again: other tests read it meanwhile', async () => {
  const { buildToolkit } = (await import(new URL('../scripts/prepare/build.mjs', import.meta.url).href)) as {
    buildToolkit(): void
  }
  const written = () => ['.built', '.tsbuildinfo'].map((name) => statSync(join(ROOT, 'dist', name)).mtimeMs)
  buildToolkit()
  const before = written()
  buildToolkit()
  expect(written()).toEqual(before)
})

test('the command that was built may be run: `npx usertwo` in an example runs that very file', () => {
  expect(statSync(join(ROOT, 'dist', 'cli', 'main.js')).mode & 0o111).toBe(0o111)
})

test('a step that takes long says so while its program runs, and how far it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-step-'))
  const [made, over] = ['made', 'over'].map((name) => join(folder, name)) as [string, string]
  const program = `while (!require('node:fs').existsSync(${JSON.stringify(over)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)`
  const step = `import { attempt, say } from ${JSON.stringify(new URL('../scripts/prepare/step.mjs', import.meta.url).href)}
    say('Making it …')
    const how = { files: ${JSON.stringify([made, over])}, everyMs: 100 }
    process.exit(attempt(process.execPath, ['-e', ${JSON.stringify(program)}], how).ok ? 0 : 1)`
  try {
    const child = spawn(process.execPath, ['--input-type=module', '-e', step])
    let said = ''
    child.stderr.on('data', (chunk) => (said += chunk))
    const ended = new Promise((resolve) => child.once('close', resolve))
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/^Making it …\nMaking it … \d+ s, 0 of 2\n/)
    writeFileSync(made, '')
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/, 1 of 2\n/)
    writeFileSync(over, '')
    expect(await ended).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
