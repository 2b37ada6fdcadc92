// npm run rehearsal, with less time at each dial.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { build } from '../support/built.js'

const SCRIPT = fileURLToPath(new URL('../../scripts/rehearsal.mjs', import.meta.url))

async function rehearsal(...args: string[]): Promise<{ code: number; lines: string[] }> {
  await build()
  const ran = await promisify(execFile)(process.execPath, [SCRIPT, ...args]).then(
    (printed) => ({ code: 0, ...printed }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
  return { code: ran.code, lines: `${ran.stdout}${ran.stderr}`.split('\n') }
}

test('no request of the owner fails while three replicas go from 0 to 8 and back, one step at a time', async () => {
  const { code, lines } = await rehearsal('--only', 'steps', '--seconds', '4', '--rate', '40')
  const steps = lines.filter((line) => /^\d(?: → \d)? +\d/.test(line))
  expect(steps, lines.join('\n')).toHaveLength(17)
  for (const step of steps) expect(step).toMatch(/^\S+(?: → \d)? +[1-9]\d+ +0 /)
  expect(code).toBe(0)
}, 900_000)

test('smoke is green against three replicas, and names each of nine faults of a deploy', async () => {
  const { code, lines } = await rehearsal('--only', 'smoke')
  const said = lines.filter((line) => / +\d+\.\d {2}(?:GO$|smoke\.)/.test(line))
  expect(said, lines.join('\n')).toHaveLength(10)
  expect(said[0]).toMatch(/^none .* {2}GO$/)
  expect(code, lines.join('\n')).toBe(0)
}, 900_000)
