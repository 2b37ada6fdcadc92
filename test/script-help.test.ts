// `npm run NAME -- --help` says what the command does and does none of it, and so does an argument that it does not take.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
const files = [...new Set(Object.values(scripts).flatMap((line) => /scripts\/[\w-]+\.mjs/.exec(line) ?? []))]

test.each(files)('%s --help prints its first lines and ends', (file) => {
  const said = execFileSync(process.execPath, [join(ROOT, file), '--help'], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect(said).toMatch(/npm |first step/)
  expect(said.split('\n').length).toBeLessThan(40)
})

/** `npm run gates` gives what it does not know to `usertwo gate`, which refuses it, once all is built. */
const HANDED_ON = 'scripts/gates.mjs'

test.each(files.filter((file) => file !== HANDED_ON))('%s refuses an unknown argument', (file) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, file), '--foo'], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect([2, 64]).toContain(status)
  expect(stdout).toBe('')
  expect(stderr).toContain('--foo')
  expect(stderr).not.toMatch(/^ +at /m)
})
