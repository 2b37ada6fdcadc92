// `npm run NAME -- --help` says what the command does and does none of it.
import { execFileSync } from 'node:child_process'
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
