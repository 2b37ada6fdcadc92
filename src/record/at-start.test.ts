import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { recordAtStart } from './at-start.js'
import { lockfileFingerprint, routesFingerprint } from './fingerprints.js'
import { type GateRecord, RECORD_FILE, writeRecord } from './record.js'

const place = mkdtempSync(join(tmpdir(), 'usertwo-start-'))
afterAll(() => rmSync(place, { recursive: true }))

const route = (path: string) => ({ method: 'GET', path, at: 'a.js:1', answers: [] })

/** An app's folder with an inventory, a lockfile, and a record of both. */
function folder(phases: number[] | null, more: Partial<GateRecord> = {}): string {
  const path = mkdtempSync(join(place, 'app-'))
  mkdirSync(join(path, 'usertwo'))
  writeFileSync(join(path, 'usertwo/inventory.json'), JSON.stringify({ routes: [route('/a'), route('/b')] }))
  writeFileSync(join(path, 'package-lock.json'), '{}')
  if (phases)
    writeRecord(path, {
      phases: Object.fromEntries(phases.map((phase) => [phase, { go: true, at: '2026-01-01T00:00:00Z' }])),
      format: 2,
      config: 'c',
      schema: { 'table a': 's' },
      routes: routesFingerprint(path),
      lockfile: lockfileFingerprint(path)!.print,
      ...more,
    })
  return path
}

const schema = (print: string) => ({ 'table a': print })

const at = (dial: number, ENVIRONMENT: 'production' | 'development', path: string) =>
  recordAtStart(dial, { ENVIRONMENT, USERTWO_DATA: join(path, '.usertwo') }, path)

test('in production a dial without a recorded GO closes registration, and does not stop the start', () => {
  const start = at(6, 'production', folder([1, 2]))
  expect(start.missing).toBe('no recorded GO for phase 6')
  expect(start.problem(6, 'c', schema('s'))).toBe('no recorded GO for phase 6')
  expect(at(1, 'production', folder(null)).missing).toBe('no recorded GO for phase 1')
  // What opens registration is the GO of phase 6; a dial above it has none of its own.
  expect(at(7, 'production', folder([6])).problem(6, 'c', schema('s'))).toBe('no recorded GO for phase 7')
})

test('dial 0 needs none, nor does development', () => {
  expect(at(0, 'production', folder(null)).missing).toBeNull()
  expect(at(8, 'development', folder(null)).missing).toBeNull()
})

test('an outdated record does not stop a start, and closes registration with the reason', () => {
  const path = folder([6])
  expect(at(6, 'production', path).problem(6, 'c', schema('s'))).toBeNull()
  expect(at(6, 'production', path).problem(6, 'other', schema('s'))).toMatch('configuration has changed')
  expect(at(6, 'production', path).problem(6, 'c', schema('other'))).toMatch('schema has changed')
  const routes = [route('/a'), route('/b'), route('/c')]
  writeFileSync(join(path, 'usertwo/inventory.json'), JSON.stringify({ routes }))
  expect(at(6, 'production', path).problem(6, 'c', schema('s'))).toMatch('inventory of routes has changed')
  rmSync(join(path, 'usertwo'), { recursive: true })
  expect(at(6, 'production', path).problem(6, 'c', schema('s'))).toMatch('inventory of routes has changed')
})

test.each([
  ['{', /not readable JSON/],
  ['{}', /not a record of gates/],
  ['[]', /not a record of gates/],
])('a record that cannot be read, as %s, does not stop a start either', (text, why) => {
  const path = folder([6])
  writeFileSync(join(path, RECORD_FILE), text)
  const start = at(6, 'production', path)
  expect(start.problem(6, 'c', schema('s'))).toMatch(why)
  expect(start.phases()).toBeNull()
  expect(start.warnings()[0]).toMatch(why)
})

test('other dependencies than recorded are a warning only', () => {
  const path = folder([6])
  expect(at(6, 'production', path).warnings()).toEqual([])
  writeFileSync(join(path, 'package-lock.json'), '{ "changed": true }')
  expect(at(6, 'production', path).warnings()[0]).toMatch(
    /package-lock\.json has changed since the recorded GO/,
  )
  expect(at(6, 'production', path).problem(6, 'c', schema('s'))).toBeNull()
})

test('routes are identified by method and path, whatever their order and place', () => {
  const [one, other] = [folder(null), folder(null)]
  const moved = [{ ...route('/b'), at: 'z.js:9' }, route('/a')]
  writeFileSync(join(other, 'usertwo/inventory.json'), JSON.stringify({ routes: moved }))
  expect(routesFingerprint(one)).toBe(routesFingerprint(other))
})
