import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RUN } from '../core/process/own-thread.js'
import { goesByRun, splitRun, withoutRun } from './order.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-order-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), 'export default {}')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a command by usertwo run is its own command, with the preload before other options of Node', () => {
  const given = [
    'npx',
    'usertwo',
    'run',
    '--config',
    'usertwo.config.mjs',
    '--',
    'node',
    '-r',
    'x',
    'server.js',
  ]
  const { command, env } = withoutRun(given, { NODE_OPTIONS: '--require y' }, folder)
  expect(command).toEqual(['node', '-r', 'x', 'server.js'])
  expect(env.NODE_OPTIONS).toMatch(/^--require ".*preload\.js" --require y$/)
  expect(env.BUN_OPTIONS).toMatch(/^--preload=\S*bun\.js$/)
  expect(JSON.parse(env[RUN]!)).toEqual({ config: join(folder, 'usertwo.config.mjs') })
})

test('any other command is started as it is', () => {
  const env = { NODE_OPTIONS: '' }
  expect(withoutRun(['node', 'run', '--', 'x'], env, folder)).toEqual({
    command: ['node', 'run', '--', 'x'],
    env,
  })
  expect(
    [
      ['usertwo', 'run', '--'],
      ['usertwo', 'gate', '--', 'x'],
    ].map(goesByRun),
  ).toEqual([false, false])
  expect(splitRun(['--config', 'a', '--', 'b', '--', 'c'])).toEqual({
    options: ['--config', 'a'],
    command: ['b', '--', 'c'],
  })
})

test('a folder without a configuration is named with the files that it may have', () => {
  const empty = join(folder, 'empty')
  expect(() => withoutRun(['usertwo', 'run', '--', 'x'], {}, empty)).toThrow(
    /empty has none of usertwo\.config\.js/,
  )
})
