import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  aheadOf,
  ENVIRONMENTS_FILE,
  type EnvironmentName,
  environmentLines,
  noteEnvironment,
  readEnvironments,
} from './environments.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-environments-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const note = (name: EnvironmentName, dial: number) =>
  noteEnvironment(folder, name, {
    url: `https://${name}.example.com`,
    mode: { dial, style: 'bearer', refresh: null },
    at: new Date('2026-03-04T05:06:07Z'),
  })
const shown = (name: string, dial: number) =>
  environmentLines(readEnvironments(folder), { name, dial }).map((line) => line.trim())

test('without a file no environment is compared', () => {
  expect(readEnvironments(folder)).toEqual({})
  expect(aheadOf({}, 'production', 8)).toEqual([])
  expect(shown('production', 6)).toEqual([
    'deployed    no environment recorded; after each deploy: usertwo smoke URL --record staging',
  ])
})

test('an environment is not ahead of the one before it, and each says what it may be raised to', () => {
  note('development', 8)
  note('staging', 5)
  expect(aheadOf(readEnvironments(folder), 'staging', 8)).toEqual([])
  expect(aheadOf(readEnvironments(folder), 'production', 5)).toEqual([])
  expect(aheadOf(readEnvironments(folder), 'production', 6)).toEqual([
    'staging was GO at 5 when it was last recorded, and production is not to be ahead of it: raise staging to 6, then run: usertwo smoke https://staging.example.com --record staging',
  ])
  expect(aheadOf(readEnvironments(folder), 'development', 8)).toEqual([])
  expect(aheadOf(readEnvironments(folder), 'test', 8)).toEqual([])
  note('production', 5)
  expect(shown('production', 5)).toEqual([
    'deployed    development GO at 8 on 2026-03-04, staging GO at 5 on 2026-03-04, production GO at 5 on 2026-03-04',
    'may be raised next: staging to 6',
  ])
  note('staging', 6)
  expect(shown('production', 7)).toEqual([
    expect.stringContaining('staging GO at 6'),
    expect.stringContaining('staging was GO at 6'),
    'may be raised next: staging to 7, production to 6',
  ])
})

test('an environment that was never recorded is passed over', () => {
  note('development', 6)
  expect(aheadOf(readEnvironments(folder), 'production', 6)).toEqual([])
  expect(aheadOf(readEnvironments(folder), 'production', 7)[0]).toMatch(/^development was GO at 6/)
})

test('a later record takes the place of the earlier one, and the others stay', () => {
  note('staging', 5)
  note('production', 4)
  note('staging', 6)
  expect(JSON.parse(readFileSync(join(folder, ENVIRONMENTS_FILE), 'utf8'))).toEqual({
    staging: {
      url: 'https://staging.example.com',
      dial: 6,
      style: 'bearer',
      refresh: null,
      at: '2026-03-04T05:06:07.000Z',
    },
    production: expect.objectContaining({ dial: 4 }),
  })
})

test('a deployment that does not say its dial, and a broken file, change nothing', () => {
  expect(() => note('staging', Number.NaN)).toThrow('does not say its dial')
  note('staging', 5)
  const path = join(folder, ENVIRONMENTS_FILE)
  for (const text of ['{', '{"staging":{"dial":6}}', '{"other":{}}']) {
    writeFileSync(path, text)
    expect(() => note('production', 5)).toThrow(/usertwo\/environments\.json.*\n.*not readable/)
    expect(readFileSync(path, 'utf8')).toBe(text)
  }
})
