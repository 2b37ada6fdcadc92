import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../scripts/fuzz.mjs', import.meta.url))

test.each([
  [['--reads', 'x'], '--reads x: expected a whole number'],
  [['--writes', '1.5'], '--writes 1.5: expected a whole number'],
  [['--seed=-1'], '--seed -1: expected a whole number'],
  [['--reads', '0', '--writes', '0'], 'nothing would be compared'],
  [['--path', '1:2'], 'needs --reads 1 --writes 0'],
  [['--path', 'a', '--reads', '1', '--writes', '0'], '--path a: expected numbers separated by colons'],
  [['--nope'], "Unknown option '--nope'"],
])('npm run fuzz refuses %j as wrong usage', (args, reason) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' })
  expect(stderr).toContain(reason)
  expect(stderr).toContain('npm run fuzz -- [--reads 20000]')
})
